import * as tf from '@tensorflow/tfjs-node';
import { spectrum } from 'kernel-lib/analysis';
import { normalTensor, orthogonal, rng } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';

const expectClose = (got: readonly number[], expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k] ?? NaN, 4);
  });
};

describe('spectrum', () => {
  it('of a symmetric matrix: σ = |λ|, the largest first, and no departure from normality', () => {
    const found = spectrum([[1, 2, 0], [2, 1, 0], [0, 0, -2]]); // prettier-ignore
    expectClose(
      found.eigenvalues.map(({ re }) => re),
      [3, -2, -1],
    );
    expectClose(found.singularValues, [3, 2, 1]);
    expect(found.spectralRadius).toBeCloseTo(3, 4);
    expect(found.largestSingularValue).toBeCloseTo(3, 4);
    expect(found.departureFromNormality).toBeLessThan(0.01);
  });

  it('of a triangle: the diagonal are the eigenvalues, what stands beside it is the departure', () => {
    const found = spectrum([[0.5, 10], [0, 0.25]]); // prettier-ignore
    expect(found.spectralRadius).toBeCloseTo(0.5, 4);
    expect(found.largestSingularValue).toBeGreaterThan(10);
    expect(found.departureFromNormality).toBeCloseTo(10, 3);
  });

  it('of a turn: a pair of complex eigenvalues', () => {
    const { eigenvalues, spectralRadius } = spectrum([[0.6, -0.8], [0.8, 0.6]]); // prettier-ignore
    expectClose(eigenvalues.map(({ im }) => Math.abs(im)), [0.8, 0.8]); // prettier-ignore
    expectClose(eigenvalues.map(({ re }) => re), [0.6, 0.6]); // prettier-ignore
    expect(spectralRadius).toBeCloseTo(1, 5);
  });

  it('takes a tensor, keeps ρ ≤ σ_max and Σσ² = ‖W‖², and leaves no tensor behind', () => {
    const W = normalTensor(rng(3), [12, 12]);
    const Q = orthogonal(rng(4), [12, 12]);
    const before = tf.memory().numTensors;
    const [drawn, turned] = [spectrum(W), spectrum(Q)];
    expect(tf.memory().numTensors).toBe(before);

    const squares = W.square().sum().arraySync() as number;
    expect(drawn.singularValues.reduce((sum, s) => sum + s * s, 0)).toBeCloseTo(squares, 3);
    expect(drawn.spectralRadius).toBeLessThan(drawn.largestSingularValue);
    const moduli = drawn.eigenvalues.map(({ re, im }) => Math.hypot(re, im));
    expect(moduli).toEqual([...moduli].sort((a, b) => b - a));
    const inside = moduli.reduce((sum, modulus) => sum + modulus ** 2, 0);
    expect(drawn.departureFromNormality).toBeCloseTo(Math.sqrt(squares - inside), 3);
    expect(turned.departureFromNormality).toBeLessThan(0.01);
    expectClose(turned.singularValues, new Array<number>(12).fill(1));
  });

  it.each<[string, number[][] | tf.Tensor2D, RegExp]>([
    ['no rows', [], /^W: got 0 rows, expected n rows of n numbers/],
    ['more columns than rows', [[1, 2, 3], [4, 5, 6]], /^W: got 2 rows, one of them with 3 numbers, expected/],
    ['a row that is short', [[1, 2], [3]], /^W: got 2 rows, one of them with 1 numbers/],
    ['a tensor that is not square', tf.zeros([2, 3]), /^W: got shape \[2, 3\], expected .* must be square/],
    ['a number that is none', [[1, NaN], [3, 4]], /^W: .* first NaN at \[0, 1\]/],
  ])('refuses %s', (_, W, sentence) => {
    expect(() => spectrum(W)).toThrow(sentence);
  }); // prettier-ignore
});
