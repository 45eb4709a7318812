import { describe, expect, test } from '@jest/globals';
import { chooseModel, modelNamed, modelsOf } from '@layers/domain/models/choose-model';
import { nearestNames } from '@layers/domain/models/nearest-names';
import fc from 'fast-check';
import { boat, price } from './cards.ts';

const better = { ...boat, name: 'boat-forest', scores: { mean: { logLoss: 0.2 } } };
const { scores: _, ...unscored } = { ...boat, name: 'boat-aaa' };
const catalogue = {
  cards: [unscored, boat, better, price],
  refused: [{ folder: 'boat-broken', reason: 'its card.json is wrong' }],
};
const choose = (model?: string, dataset?: string) => chooseModel(catalogue, { model, dataset });

describe('which model is asked', () => {
  test('is the named one', () => expect(choose('boat-rule').name).toBe('boat-rule'));

  test('is the one with the lowest out-of-fold loss when only its data set is named', () => {
    expect(choose(undefined, 'boat').name).toBe('boat-forest');
    expect(choose(undefined, 'price').name).toBe('price-rule');
    expect(modelsOf(catalogue, 'boat').map(({ name }) => name)).toEqual([
      'boat-forest',
      'boat-rule',
      'boat-aaa',
    ]);
  });

  test('must be said', () => expect(() => choose()).toThrow(/invalid-request: Say which model/));

  test('cannot be of another data set', () => {
    expect(choose('boat-rule', 'boat').name).toBe('boat-rule');
    expect(() => choose('boat-rule', 'price')).toThrow(
      /invalid-request: The model and the data set contradict/,
    );
  });

  test('is answered with the nearest names when there is none', () => {
    expect(() => choose('boat-forst')).toThrow(/not-found: .*Did you mean boat-forest/);
    expect(() => choose(undefined, 'boats')).toThrow(/not-found: .*Did you mean boat\?/);
  });

  test('says why a folder was refused', () => {
    expect(() => modelNamed(catalogue, 'boat-broken')).toThrow(/unavailable: .*its card.json is wrong/);
  });
});

describe('the nearest names', () => {
  const names = ['iris-lda', 'iris-qda', 'titanic-forest'];

  test('are those that differ by little', () => {
    expect(nearestNames('iris-ldaa', names)[0]).toBe('iris-lda');
    expect(nearestNames('IRIS', names)).toEqual(['iris-lda', 'iris-qda']);
    expect(nearestNames('zzzzzzzzzzz', names)).toEqual([]);
  });

  test('begin with the very name, and are at most three of those given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.string(), (list, given) => {
        const near = nearestNames(given, list);
        expect(near.length).toBeLessThanOrEqual(3);
        expect(near.every((name) => list.includes(name))).toBe(true);
      }),
    );
  });
});
