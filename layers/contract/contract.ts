import { models } from './models.ts';
import { system } from './system.ts';

/** Every context that is served, with its rows. */
export const contract = { system, models } as const;
