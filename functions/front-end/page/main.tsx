// First of all: schemas are compiled without `eval`, which the page's policy forbids.
import './schema-settings.ts';
import { render } from 'preact';
import { Page } from './page.tsx';
import { followLinks } from './router.ts';

followLinks();
const target = document.getElementById('page');
if (target !== null) render(<Page />, target);
