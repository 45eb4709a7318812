import { models } from './models.ts';
import { registry } from './registry.ts';
import { shop } from './shop.ts';
import { system } from './system.ts';

/** Every context that is served, with its rows. */
export const contract = { system, models, shop, registry } as const;
