import { makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { lab } from '@layers/contract/lab';
import { models } from '@layers/contract/models';
import { redundancy } from '@layers/contract/redundancy';
import { registry } from '@layers/contract/registry';
import { shop } from '@layers/contract/shop';
import { staking } from '@layers/contract/staking';
import { system } from '@layers/contract/system';
import { tokenHeaders } from './token.ts';

/** The stage: the page lies in `app/` below it. */
export const apiUrl = new URL('..', document.baseURI).href.replace(/\/$/, '');

/** Above the functions' own deadline, so that it is the system that answers. */
const timeoutMs = 25_000;

/**
 * The system, by the contract's rows. Reads that were answered with an ETag are asked again with If-None-Match: the
 * answers say `no-cache`, which is what makes the browser do it.
 */
export const api = makeClient(
  { ...system, ...models, ...consensus, ...staking, ...shop, ...registry, ...redundancy, ...lab },
  { baseUrl: apiUrl, timeoutMs, headers: tokenHeaders },
);
