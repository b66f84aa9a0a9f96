import * as tf from '@tensorflow/tfjs-node';
import { eig, eigenvalues } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

const ROOT = Math.sqrt(3) / 2;
/** Matrices with the eigenvalues [re, im] that everyone knows. */
const known: readonly [string, number[][], [number, number][]][] = [
  ['a number', [[-3]], [[-3, 0]]],
  ['a symmetric matrix', [[2, 1], [1, 2]], [[1, 0], [3, 0]]],
  ['a triangle', [[1, 5, -2], [0, 4, 7], [0, 0, -6]], [[-6, 0], [1, 0], [4, 0]]],
  ['a turn by a sixth', [[0.5, -ROOT], [ROOT, 0.5]], [[0.5, -ROOT], [0.5, ROOT]]],
  ['a cyclic shift', [[0, 1, 0], [0, 0, 1], [1, 0, 0]], [[-0.5, -ROOT], [-0.5, ROOT], [1, 0]]],
]; // prettier-ignore

const sorted = (re: tf.Tensor, im: tf.Tensor): [number, number][] => {
  const ims = im.dataSync();
  const pairs = Array.from(re.dataSync(), (value, k): [number, number] => [value, ims[k] ?? NaN]);
  return pairs.sort((p, q) => (Math.abs(p[0] - q[0]) > 1e-3 ? p[0] - q[0] : p[1] - q[1]));
};

const expectClose = (got: Nested, expected: Nested, tolerance = 1e-5): void => {
  expect(relativeError(got, expected)).toBeLessThan(tolerance);
};

describe('eigenvalues', () => {
  test.each(known)('of %s', (_, rows, expected) => {
    tf.tidy(() => {
      const { re, im } = eigenvalues(tf.tensor2d(rows));
      expectClose(sorted(re, im), expected);
      const { values } = eig(tf.tensor2d(rows));
      expectClose(sorted(values.re, values.im), expected);
    });
  });

  test('of a batch of matrices', () => {
    tf.tidy(() => {
      const { re } = eigenvalues(tf.tensor4d([[[[2, 1], [1, 2]], [[5, 0], [0, 7]]]])); // prettier-ignore
      expect(re.shape).toEqual([1, 2, 2]);
      expectClose(re.dataSync<'float32'>().toSorted().join().split(',').map(Number), [1, 3, 5, 7]);
    });
  });

  // Σ λ = tr A, and Σ λ² = tr A², whose real part is re² − im²
  test.each([[[4, 4]], [[3, 5, 5]]])('have the gradients of the traces, %j', (shape) => {
    tf.tidy(() => {
      const A = normalTensor(rng(1), shape);
      const size = shape.at(-1) ?? 0;
      const trace = tf.grad((x: tf.Tensor) => eigenvalues(x).re.sum())(A);
      expectClose(trace.arraySync(), tf.eye(size).add(tf.zeros(shape)).arraySync());

      const complex = eigenvalues(A).im.abs().max().dataSync()[0];
      expect(complex).toBeGreaterThan(0.1);
      const squares = tf.grad((x: tf.Tensor) => {
        const { re, im } = eigenvalues(x);
        return re.square().sub(im.square()).sum();
      })(A);
      const axes = shape.length === 2 ? [1, 0] : [0, 2, 1];
      expectClose(squares.arraySync(), A.transpose(axes).mul(2).arraySync());
    });
  });

  test('have a gradient in each part alone', () => {
    tf.tidy(() => {
      // [[a, −b], [b, a]] has a ± ib, so moving either b by ε moves im by ±ε/2
      const A = tf.tensor2d([[0.3, -0.8], [0.8, 0.3]]); // prettier-ignore
      const slope = tf.grad((x: tf.Tensor) => eigenvalues(x).im.relu().sum())(A);
      expectClose(slope.arraySync(), [[0, -0.5], [0.5, 0]]); // prettier-ignore
    });
  });

  test('refuse a gradient of a gradient', () => {
    tf.tidy(() => {
      const slope = tf.grad((x: tf.Tensor) => eigenvalues(x).re.sum());
      expect(() => tf.grad((x: tf.Tensor) => slope(x).sum())(tf.eye(2))).toThrow(
        'native.eigenvalues: got a gradient of a gradient',
      );
    });
  });
});

describe('eigenvectors', () => {
  test('are what A only stretches, A V = V diag λ, and have length 1', () => {
    tf.tidy(() => {
      const A = normalTensor(rng(2), [3, 6, 6]);
      const { values, vectors } = eig(A);
      const λ = { re: values.re.expandDims(1), im: values.im.expandDims(1) };
      const re = vectors.re.mul(λ.re).sub(vectors.im.mul(λ.im));
      const im = vectors.re.mul(λ.im).add(vectors.im.mul(λ.re));
      expectClose(tf.matMul(A, vectors.re).arraySync(), re.arraySync());
      expectClose(tf.matMul(A, vectors.im).arraySync(), im.arraySync());
      const lengths = vectors.re.square().add(vectors.im.square()).sum(1);
      expectClose(lengths.arraySync(), tf.ones([3, 6]).arraySync());
    });
  });

  test('say that they have no gradient', () => {
    tf.tidy(() => {
      expect(() => tf.grad((x: tf.Tensor) => eig(x).vectors.re.sum())(tf.eye(2))).toThrow(
        'native.eig: got a gradient, expected none; native.eigenvalues has one, eigenvectors have none here.',
      );
    });
  });
});

test.each([eig, eigenvalues])('%o refuses what has no eigenvalues', (solve) => {
  tf.tidy(() => {
    expect(() => solve(tf.zeros([2, 3]))).toThrow('A: got shape [2, 3], expected [..., n, n]; it is not square.');
    expect(() => solve(tf.zeros([4]))).toThrow('A: got shape [4], expected [..., rows, columns]; it has too few axes.');
    expect(() => solve(tf.zeros([0, 0]))).toThrow('axis 0 is empty');
    expect(() => solve(tf.zeros([2, 2], 'int32'))).toThrow('A: got dtype int32, expected float32');
    expect(() => solve(tf.tensor2d([[1, NaN], [0, 1]]))).toThrow('A: got 1 of 4 numbers that are not finite'); // prettier-ignore
  });
});

test('leave no tensors behind', () => {
  const A = normalTensor(rng(3), [4, 4]);
  const count = (): [number, number] => {
    const backend = tf.backend() as unknown as { getNumOfTFTensors(): number };
    return [tf.memory().numTensors, backend.getNumOfTFTensors()];
  };
  A.dataSync();
  const once = (): void => {
    const { values, vectors } = eig(A);
    tf.dispose([eigenvalues(A), values, vectors] as never);
    tf.grad((x: tf.Tensor) => eigenvalues(x).re.sum())(A).dispose();
  };
  once();
  const before = count();
  once();
  expect(count()).toEqual(before);
  A.dispose();
});
