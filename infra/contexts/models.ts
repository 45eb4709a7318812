import type { Context } from './context.ts';

/** Predicts; holds no right on any store. */
export const models: Context = { name: 'models', predicts: true, memoryMb: 1024, grant: () => undefined };
