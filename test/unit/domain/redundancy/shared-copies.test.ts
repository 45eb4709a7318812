import { describe, expect, test } from '@jest/globals';
import { SharedCopies } from '@layers/domain/redundancy/shared-copies';

/** Copies that end when told to, and say when they began. */
function held() {
  const begun: ((outcome: 'done' | 'failed') => void)[] = [];
  const copy = () =>
    new Promise((resolve, reject) => {
      begun.push((outcome) => {
        if (outcome === 'done') resolve(undefined);
        else reject(new Error('no answer'));
      });
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, copy, settled };
}

describe('copies of one record', () => {
  test('that come while one runs share the next, which begins after they came', async () => {
    const { begun, copy, settled } = held();
    const copies = new SharedCopies();
    const first = copies.run('a', copy);
    const others = [copies.run('a', copy), copies.run('a', copy)];
    await settled();
    expect(begun).toHaveLength(1);
    begun[0]?.('done');
    await first;
    await settled();
    expect(begun).toHaveLength(2);
    const late = copies.run('a', copy);
    begun[1]?.('done');
    await Promise.all(others);
    await settled();
    expect(begun).toHaveLength(3);
    begun[2]?.('done');
    await late;
  });

  test('fail for those who share them, and for nobody else', async () => {
    const { begun, copy, settled } = held();
    const copies = new SharedCopies();
    const first = copies.run('a', copy);
    const second = copies.run('a', copy);
    const failed = expect(first).rejects.toThrow('no answer');
    begun[0]?.('failed');
    await failed;
    await settled();
    begun[1]?.('done');
    await second;
    const third = copies.run('a', copy);
    expect(begun).toHaveLength(3);
    begun[2]?.('done');
    await third;
  });

  test('wait for no other record', () => {
    const { begun, copy } = held();
    const copies = new SharedCopies();
    void copies.run('a', copy);
    void copies.run('b', copy);
    expect(begun).toHaveLength(2);
  });
});
