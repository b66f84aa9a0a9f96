import fc from 'fast-check';
import { extent, rounder } from 'kernel-lib/plots/round';
import { describe, expect, test } from 'vitest';

describe('rounder', () => {
  test.each([
    [[2.345678, 0.3], 2.345678, 2.3457],
    [[0, 1], 1.23456789e-9, 1.235e-9],
    [[1000.1234567, 1000.4], 1000.1234567, 1000.12346],
    [[0.1 + 0.2], 0.1 + 0.2, 0.3],
    [[1, 123456], 123456, 123456],
    [[0, -7], 0, 0],
  ])('of %j gives %d as %d', (values, given, expected) => {
    expect(rounder(values)(given)).toBe(expected);
  });

  test('never moves a value further than 1/10,000 of the range', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 2 }), (values) => {
        const [low, high] = extent(values) ?? [0, 0];
        fc.pre(high - low > 1e-6);
        const round = rounder(values);
        for (const value of values) expect(Math.abs(round(value) - value)).toBeLessThanOrEqual((high - low) * 1e-4);
      }),
    );
  });
});

test('extent looks at finite values alone', () => {
  expect(extent([NaN, 3, null, -1, Infinity])).toEqual([-1, 3]);
  expect(extent([NaN, null])).toBeUndefined();
});
