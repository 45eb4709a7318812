import type { Context } from './context.ts';

/** Serves the page, whose build lies in its own folder; it has no right to anything. */
export const frontEnd: Context = { name: 'front-end', memoryMb: 256, grant: () => undefined };
