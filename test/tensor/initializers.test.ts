import * as tf from '@tensorflow/tfjs-node';
import { glorotUniform, identity, normalTensor, orthogonal, rng, uniformTensor } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const valuesOf = (tensor: tf.Tensor): number[] => {
  const values = [...tensor.dataSync()];
  tensor.dispose();
  return values;
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => value ** 2)) - mean(values) ** 2;

describe('normalTensor and uniformTensor', () => {
  test('have the spread that was asked for', () => {
    const normal = valuesOf(normalTensor(rng(1), [100, 100], 0.5));
    expect(Math.abs(mean(normal))).toBeLessThan(5 * 0.5 * 0.01);
    expect(Math.abs(variance(normal) / 0.25 - 1)).toBeLessThan(5 * Math.sqrt(2) * 0.01);
    const uniform = valuesOf(uniformTensor(rng(1), [100, 100], -2, 4));
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(4);
    expect(Math.abs(mean(uniform) - 1)).toBeLessThan(5 * Math.sqrt(3) * 0.01);
  });

  test('type the rank by the shape', () => {
    const vector: tf.Tensor1D = normalTensor(rng(1), [3]);
    const sequence: tf.Tensor3D = uniformTensor(rng(1), [2, 3, 4]);
    const five: tf.Tensor = uniformTensor(rng(1), [1, 2, 1, 2, 1]);
    expect([vector.shape, sequence.shape, five.shape]).toEqual([[3], [2, 3, 4], [1, 2, 1, 2, 1]]);
    tf.dispose([vector, sequence, five]);
  });

  test('depend on the generator alone', () => {
    expect(valuesOf(normalTensor(rng(1), [4]))).toEqual(valuesOf(normalTensor(rng(1), [4])));
    expect(valuesOf(normalTensor(rng(1), [4]))).not.toEqual(valuesOf(normalTensor(rng(2), [4])));
  });

  test('refuse what is no shape or spread', () => {
    expect(() => normalTensor(rng(1), [2, 0])).toThrow('shape: got [2, 0], expected positive integers.');
    expect(() => normalTensor(rng(1), [2], -1)).toThrow('std: got -1, expected a finite number of at least 0.');
    expect(() => uniformTensor(rng(1), [2], 1, 0)).toThrow(
      'low, high: got 1, 0, expected two finite numbers, the first no larger than the second.',
    );
  });
});

test('glorotUniform has the variance 2 / (fan in + fan out) and stays in its bounds', () => {
  const values = valuesOf(glorotUniform(rng(1), [200, 100]));
  const bound = Math.sqrt(6 / 300);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
  expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
  expect(Math.min(...values)).toBeLessThan(-0.99 * bound);
  expect(Math.abs(variance(values) / (2 / 300) - 1)).toBeLessThan(0.05);
});

describe('orthogonal', () => {
  test.each<[number, number]>([
    [1, 1],
    [5, 5],
    [64, 64],
    [3, 7],
    [7, 3],
  ])('has orthonormal rows or columns, whichever are fewer: %i x %i', (rows, columns) => {
    tf.tidy(() => {
      const Q = orthogonal(rng(1), [rows, columns]);
      const gram = rows <= columns ? Q.matMul(Q, false, true) : Q.matMul(Q, true);
      expect(Q.shape).toEqual([rows, columns]);
      expect(
        gram
          .sub(tf.eye(Math.min(rows, columns)))
          .abs()
          .max()
          .dataSync()[0],
      ).toBeLessThan(1e-6);
    });
  });

  test('scales by its gain', () => {
    const [plain, scaled] = [valuesOf(orthogonal(rng(1), [4, 4])), valuesOf(orthogonal(rng(1), [4, 4], 3))];
    scaled.forEach((value, i) => {
      expect(value).toBeCloseTo(3 * (plain[i] ?? NaN), 6);
    });
  });

  test('is uniform over rotations and reflections: no entry leans to a sign, and E trace² = 1', () => {
    const g = rng(1);
    const draws = Array.from({ length: 4000 }, () => valuesOf(orthogonal(g, [3, 3])));
    for (let entry = 0; entry < 9; entry++) {
      // Each entry has mean 0 and variance 1/3.
      expect(Math.abs(mean(draws.map((Q) => Q[entry] ?? NaN)))).toBeLessThan(5 * Math.sqrt(1 / 3 / 4000));
    }
    const traces = draws.map((Q) => (Q[0] ?? NaN) + (Q[4] ?? NaN) + (Q[8] ?? NaN));
    // Diaconis and Shahshahani 1994: the trace of a Haar orthogonal matrix has mean 0 and variance 1.
    expect(Math.abs(mean(traces.map((trace) => trace ** 2)) - 1)).toBeLessThan(0.15);
  });
});

test('identity is scale · I, cut off or filled up with zeros', () => {
  expect(valuesOf(identity(rng(1), [2, 3], 2))).toEqual([2, 0, 0, 0, 2, 0]);
  expect(valuesOf(identity(rng(1), [2, 2]))).toEqual([1, 0, 0, 1]);
});
