import { describe, expect, it } from 'vitest';
import { quantile, ratios, summarize } from '../../scripts/lib/bench/statistics';

describe('quantile', () => {
  it('interpolates between neighbours in order of size, not of time', () => {
    expect(quantile([3, 1, 2, 10], 0.5)).toBe(2.5);
    expect(quantile([4, 0, 8], 0.25)).toBe(2);
    expect([0, 1].map((p) => quantile([5, 9, 1], p))).toEqual([1, 9]);
    expect(quantile([7], 0.75)).toBe(7);
  });

  it('refuses no values', () => {
    expect(() => quantile([], 0.5)).toThrow('no quantile of no values');
  });
});

it('summarize gives median, quartiles and count, and leaves the values in their order', () => {
  const values = [9, 1, 5, 3, 7];
  expect(summarize(values)).toEqual({ median: 5, q1: 3, q3: 7, count: 5 });
  expect(values).toEqual([9, 1, 5, 3, 7]);
});

describe('ratios', () => {
  it('compare within a round, so that what slows a round cancels', () => {
    expect(ratios([2, 40, 4], [1, 20, 2])).toEqual([2, 2, 2]);
  });

  it('need as many rounds of both', () => {
    expect(() => ratios([1, 2], [1])).toThrow('got 2 and 1');
  });
});
