import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

// zod/mini speaks no language of its own: without this every wrong field would read "Invalid input".
z.config(en());
