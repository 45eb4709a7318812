import { expect, test } from '@jest/globals';
import { randomText } from '@layers/http/random';

test('text of random bytes is as long as asked, and never the same again, also when its supply is renewed', () => {
  const texts = Array.from({ length: 2_000 }, () => randomText(16, 'hex'));
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).toMatch(/^[0-9a-f]{32}$/);
  expect(randomText(16, 'base64url')).toMatch(/^[\w-]{22}$/);
  // Each of the 16 values of a digit is as likely as the others: 4,000 expected, 6 standard deviations allowed.
  const counts = Map.groupBy(texts.join(''), (digit) => digit);
  for (const digits of counts.values()) expect(Math.abs(digits.length - 4_000)).toBeLessThan(370);
});
