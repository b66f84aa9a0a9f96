import { oneUnit, oneUnitDescent, type OneUnitParams } from 'kernel-lib/analysis';
import { describe, expect, it } from 'vitest';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Algorithm 1 of Pascanu et al. 2013 with the threshold 1. */
function shortened({ w, b }: OneUnitParams): OneUnitParams {
  const factor = Math.min(1, 1 / Math.hypot(w, b));
  return { w: factor * w, b: factor * b };
}

describe('oneUnit', () => {
  it('computes its equation', () => {
    const { states, error } = oneUnit({ w: 3, b: -1 }, { steps: 2, start: 0.25, target: 0.1 });
    const first = 3 * logistic(0.25) - 1;
    const second = 3 * logistic(first) - 1;
    expect(states).toEqual([0.25, first, second]);
    expect(error).toBeCloseTo((logistic(second) - 0.1) ** 2, 12);
  });

  it('runs 50 steps from 0.5 towards 0.7 unless told otherwise', () => {
    const { states, error } = oneUnit({ w: 0, b: 2 });
    expect(states).toHaveLength(51);
    expect(states[0]).toBe(0.5);
    expect(error).toBeCloseTo((logistic(2) - 0.7) ** 2, 12);
  });

  it.each([
    { w: 2.5, b: -1.3 },
    { w: 5.2, b: -2.9 },
    { w: -3, b: 1 },
  ])('has the gradient of its error, %j', (at) => {
    const step = 1e-6;
    const error = (w: number, b: number): number => oneUnit({ w, b }, { steps: 12 }).error;
    const { gradient, gradientNorm } = oneUnit(at, { steps: 12 });
    expect(gradient.w).toBeCloseTo((error(at.w + step, at.b) - error(at.w - step, at.b)) / (2 * step), 7);
    expect(gradient.b).toBeCloseTo((error(at.w, at.b + step) - error(at.w, at.b - step)) / (2 * step), 7);
    expect(gradientNorm).toBeCloseTo(Math.hypot(gradient.w, gradient.b), 12);
  });

  it('refuses steps that are no count', () => {
    expect(() => oneUnit({ w: 1, b: 1 }, { steps: 0 })).toThrow('steps: got 0, expected an integer of at least 1.');
  });
});

describe('oneUnitDescent', () => {
  it('takes the gradient times the learning rate off', () => {
    const from = { w: 3, b: -1.2 };
    const path = oneUnitDescent({ from, learningRate: 0.5, updates: 1 });
    const { gradient, gradientNorm, error } = oneUnit(from);
    expect(path.w).toEqual([3, 3 - 0.5 * gradient.w]);
    expect(path.b).toEqual([-1.2, -1.2 - 0.5 * gradient.b]);
    expect(path.error[0]).toBe(error);
    expect(path.gradientNorm[0]).toBe(gradientNorm);
    expect(path.error).toHaveLength(2);
  });

  it('hands its options to the net', () => {
    const path = oneUnitDescent({ from: { w: 0, b: 0 }, learningRate: 1, updates: 1, target: 0.5 });
    expect(path.error).toEqual([0, 0]);
  });

  it('is thrown off by the wall, and not where the gradient is clipped', () => {
    const options = { from: { w: 6, b: -2.2 }, learningRate: 0.5, updates: 300 };
    const thrown = oneUnitDescent(options);
    const kept = oneUnitDescent({ ...options, clip: shortened });
    expect(thrown.error.at(-1)).toBeGreaterThan(0.08);
    expect(kept.error.at(-1)).toBeLessThan(0.001);
    // Each keeps the norm as it was before clipping.
    expect(Math.max(...kept.gradientNorm)).toBeGreaterThan(10);
    const longest = (path: typeof kept): number =>
      Math.max(...path.w.slice(1).map((w, i) => Math.hypot(w - (path.w[i] ?? NaN), (path.b[i + 1] ?? NaN) - (path.b[i] ?? NaN)))); // prettier-ignore
    expect(longest(kept)).toBeLessThan(0.5 + 1e-9);
    expect(longest(thrown)).toBeGreaterThan(10);
  });

  it('ends where it leaves for infinity', () => {
    const clip = (): OneUnitParams => ({ w: -Infinity, b: 0 });
    const path = oneUnitDescent({ from: { w: 3, b: -1 }, learningRate: 1, updates: 10, clip });
    expect(path.w).toEqual([3]);
  });

  it('refuses updates that are no count', () => {
    const options = { from: { w: 3, b: -1 }, learningRate: 1, updates: 1.5 };
    expect(() => oneUnitDescent(options)).toThrow('updates: got 1.5, expected an integer of at least 1.');
  });
});
