import type { Mutant } from './mutant.ts';
import { guardMutants } from './mutants-of-guards.ts';
import { lossMutants } from './mutants-of-loss.ts';
import { serviceMutants } from './mutants-of-service.ts';

export const mutants: readonly Mutant[] = [...serviceMutants, ...lossMutants, ...guardMutants];
