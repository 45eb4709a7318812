import fc from 'fast-check';

/** Probabilities of as many classes, summing to 1. */
export const probabilities = (classes: number) =>
  fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: classes, maxLength: classes })
    .filter((parts) => parts.some((part) => part > 0))
    .map((parts) => {
      const sum = parts.reduce((total, part) => total + part, 0);
      return parts.map((part) => part / sum);
    });
