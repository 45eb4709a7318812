import { shop } from './shop.ts';
import { system } from './system.ts';

/** A server that sells: the shop's rows, and whether it is well. Its address is in the registry. */
export const server = { ...shop, readHealth: system.readHealth } as const;
