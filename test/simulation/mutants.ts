import type { Mutant } from './mutant.ts';
import { equivalentMutants } from './mutants-equivalent.ts';
import { answerMutants } from './mutants-of-answers.ts';
import { guardMutants } from './mutants-of-guards.ts';
import { lossMutants } from './mutants-of-loss.ts';
import { repairMutants } from './mutants-of-repair.ts';
import { serviceMutants } from './mutants-of-service.ts';

export const mutants: readonly Mutant[] = [
  ...serviceMutants,
  ...answerMutants,
  ...lossMutants,
  ...repairMutants,
  ...guardMutants,
  ...equivalentMutants,
];
