import type { ModelCard } from './card.ts';

/** A model's folder that was not taken in, and why. */
export interface RefusedModel {
  readonly folder: string;
  readonly reason: string;
}

/** The models that are there. */
export interface ModelCatalogue {
  readonly cards: readonly ModelCard[];
  readonly refused: readonly RefusedModel[];
}

/** What runs models. */
export interface Predictor {
  /**
   * Answers rows that lie behind each other in `columns` (rows × the card's arguments).
   * @returns probabilities, rows × labels, or values, one a row
   * @throws Problem `unavailable` when the model's file is not what its card says or cannot be run
   */
  predict(card: ModelCard, columns: Float32Array, rows: number): Promise<Float32Array>;
}
