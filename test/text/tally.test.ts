import fc from 'fast-check';
import { tally } from 'kernel-lib/text/tally';
import { expect, it } from 'vitest';

it('counts as a Map does, also keys that differ in their highest digits alone', () => {
  const key = fc.oneof(
    fc.nat(50),
    fc.nat(9).map((n) => n * 2 ** 44),
    fc.maxSafeNat(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.integer({ min: 1, max: 9 })), { maxLength: 3000 }), (added) => {
      const [counts, expected] = [tally(), new Map<number, number>()];
      for (const [at, count] of added) {
        counts.add(at, count);
        expected.set(at, (expected.get(at) ?? 0) + count);
      }
      expect(counts.size).toBe(expected.size);
      for (const [at, count] of expected) expect(counts.get(at)).toBe(count);
      const seen = new Map<number, number>();
      counts.forEach((at, count) => seen.set(at, count));
      expect(seen).toEqual(expected);
      expect(counts.get(2 ** 53 - 2)).toBe(expected.get(2 ** 53 - 2) ?? 0);
    }),
    { numRuns: 30 },
  );
});

it('grows past its first table', () => {
  const counts = tally();
  for (let i = 0; i < 50_000; i++) counts.add(i * 65_537);
  for (let i = 0; i < 50_000; i++) counts.add(i * 65_537);
  expect(counts.size).toBe(50_000);
  expect([0, 31_000, 49_999].map((i) => counts.get(i * 65_537))).toEqual([2, 2, 2]);
  expect(counts.get(1)).toBe(0);
});
