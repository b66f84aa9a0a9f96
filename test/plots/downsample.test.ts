import fc from 'fast-check';
import { downsample } from 'kernel-lib/plots/downsample';
import { describe, expect, test } from 'vitest';

const indices = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const series = fc.array(value, { minLength: 1, maxLength: 400 });
const limit = fc.integer({ min: 10, max: 100 });

describe('downsample', () => {
  test('keeps a short series whole', () => {
    expect(downsample([5, 4, 3], [1, 2, 3], 10)).toEqual([0, 1, 2]);
  });

  test('keeps the ends, the extremes and the order, within the limit', () => {
    fc.assert(
      fc.property(series, limit, (y, most) => {
        const kept = downsample(indices(y.length), y, most);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 1));
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect([kept[0], kept.at(-1)]).toEqual([0, y.length - 1]);
        const finite = y.filter(Number.isFinite);
        const drawn = kept.map((at) => y[at] ?? NaN).filter(Number.isFinite);
        expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...finite), Math.max(...finite)]);
      }),
    );
  });

  test('keeps a gap where the series has one, however short', () => {
    const y = indices(1000).map((at) => (at === 617 ? NaN : at % 7));
    expect(downsample(indices(1000), y, 100)).toContain(617);
  });

  test('keeps the extremes along both axes of a trajectory', () => {
    const angle = indices(1000).map((at) => (at / 1000) * 2 * Math.PI + 0.3);
    const [x, y] = [angle.map(Math.cos), angle.map(Math.sin)];
    const kept = downsample(x, y, 100);
    expect(kept.length).toBeLessThanOrEqual(100);
    for (const values of [x, y]) {
      const drawn = kept.map((at) => values[at] ?? NaN);
      expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...values), Math.max(...values)]);
    }
  });
});
