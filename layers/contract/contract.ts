import { consensus } from './consensus.ts';
import { frontEnd } from './front-end.ts';
import { lab } from './lab.ts';
import { models } from './models.ts';
import { redundancy } from './redundancy.ts';
import { registry } from './registry.ts';
import { shop } from './shop.ts';
import { staking } from './staking.ts';
import { system } from './system.ts';

/** Every context that is served, with its rows. */
export const contract = {
  system,
  models,
  consensus,
  staking,
  shop,
  registry,
  redundancy,
  'front-end': frontEnd,
} as const;

/** With the routes that break things on purpose, which only a laptop serves. */
export const labContract = { ...contract, lab } as const;
