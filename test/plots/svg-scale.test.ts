import { categoryScale, linearScale, logScale } from 'kernel-lib/plots/svg-scale';
import { describe, expect, test } from 'vitest';

const texts = ({ ticks }: { readonly ticks: readonly { readonly text: string }[] }): string[] =>
  ticks.map(({ text }) => text);

describe('ticks', () => {
  test('stand at 1, 2 or 5 times a power of ten', () => {
    expect(texts(linearScale([0, 1], [0, 100], 6))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(texts(linearScale([-0.3, 0.3], [0, 100], 6))).toEqual(['-0.3', '-0.2', '-0.1', '0', '0.1', '0.2', '0.3']);
    expect(texts(linearScale([1, 100_000], [0, 100], 6))).toEqual(['20,000', '40,000', '60,000', '80,000', '100,000']);
    expect(texts(linearScale([0, 3e-7], [0, 100], 3))).toEqual(['0', '1e-7', '2e-7', '3e-7']);
  });

  test('a domain without width gets one', () => {
    const scale = linearScale([5, 5], [0, 100], 5);
    expect(scale.position(5)).toBe(50);
    expect(texts(scale)).toContain('5');
    expect(linearScale([0, 0], [0, 100], 5).position(0)).toBe(50);
    // Two neighbours among the doubles: no number lies between them for a tick.
    expect(texts(linearScale([1e16, 1e16 + 2], [0, 100], 5)).length).toBeLessThan(10);
    expect(logScale([5, 5], [0, 100]).position(5)).toBeCloseTo(50);
  });

  test('a logarithmic axis of nothing but the smallest or the largest double ends there', () => {
    expect(logScale([5e-324, 5e-324], [0, 100]).position(5e-324)).toBe(0);
    expect(logScale([Number.MAX_VALUE, Number.MAX_VALUE], [0, 100]).position(Number.MAX_VALUE)).toBe(100);
  });

  test('of a logarithmic axis are powers of ten, with steps between where there are few', () => {
    expect(texts(logScale([1e-6, 20], [0, 100]))).toEqual([
      '1e-6',
      '1e-5',
      '0.0001',
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
    ]);
    expect(texts(logScale([1, 10], [0, 100]))).toEqual(['1', '2', '3', '5', '7', '10']);
  });

  test('of many labels every k-th is written', () => {
    const labels = Array.from({ length: 90 }, (_, at) => String(at));
    expect(texts(categoryScale(labels, [0, 100], 40))).toHaveLength(30);
    expect(categoryScale(['a', 'b'], [0, 100], 40).position(0)).toBe(25);
  });
});
