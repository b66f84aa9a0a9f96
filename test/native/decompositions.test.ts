import * as tf from '@tensorflow/tfjs-node';
import { qr, singularValues, svd } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

const expectClose = (got: tf.Tensor, expected: tf.Tensor | Nested, tolerance = 1e-5): void => {
  const wanted = expected instanceof tf.Tensor ? (expected.arraySync() as Nested) : expected;
  expect(relativeError(got.arraySync() as Nested, wanted)).toBeLessThan(tolerance);
};
const matrices = [[1, 1], [5, 3], [3, 5], [2, 4, 4], [2, 1, 6, 4]]; // prettier-ignore
const draw = (shape: number[]): tf.Tensor => normalTensor(rng(1), shape);

describe('singular values', () => {
  test.each([
    [[[3, 0], [4, 5]], [3 * Math.sqrt(5), Math.sqrt(5)]],
    [[[0, -2, 0], [0, 0, 7]], [7, 2]],
    [[[1, 1], [1, 1]], [2, 0]],
  ])('of %j', (rows, expected) => {
    tf.tidy(() => {
      expectClose(singularValues(tf.tensor2d(rows)), expected);
      expectClose(svd(tf.tensor2d(rows)).S, expected);
    });
  }); // prettier-ignore

  // Σ s² = Σ A², and for a square A, Σ log s = log |det A|, whose gradient is A⁻ᵀ
  test.each(matrices)('have the gradient of the sum of squares, %j', (...shape) => {
    tf.tidy(() => {
      const A = draw(shape);
      expectClose(tf.grad((x: tf.Tensor) => singularValues(x).square().sum())(A), A.mul(2));
    });
  });

  test('have the gradient of the determinant', () => {
    tf.tidy(() => {
      const A = tf.tensor2d([[1, 2], [3, 4]]); // prettier-ignore
      const slope = tf.grad((x: tf.Tensor) => singularValues(x).log().sum())(A);
      expectClose(slope, [[-2, 1.5], [1, -0.5]]); // prettier-ignore
    });
  });
});

describe('svd', () => {
  test.each(matrices)('puts A together again from orthonormal columns, %j', (...shape) => {
    tf.tidy(() => {
      const A = draw(shape);
      const { U, S, V } = svd(A);
      expectClose(tf.matMul(U.mul(S.expandDims(-2)), V, false, true), A);
      const k = S.shape.at(-1) ?? 0;
      for (const side of [U, V]) {
        expectClose(tf.matMul(side, side, true, false), tf.eye(k).add(tf.zeros([...shape.slice(0, -2), k, k])));
      }
    });
  });

  test('says that it has no gradient', () => {
    tf.tidy(() => {
      expect(() => tf.grad((x: tf.Tensor) => svd(x).U.sum())(tf.eye(2))).toThrow(
        'native.svd: got a gradient, expected none; native.singularValues has one, singular vectors have none here.',
      );
    });
  });
});

describe('qr', () => {
  test('of the textbook matrix', () => {
    tf.tidy(() => {
      const { R } = qr(tf.tensor2d([[12, -51, 4], [6, 167, -68], [-4, 24, -41]])); // prettier-ignore
      expectClose(R.abs(), [[14, 21, 14], [0, 175, 70], [0, 0, 35]]); // prettier-ignore
    });
  });

  test.each(matrices)('puts A together again, %j', (...shape) => {
    tf.tidy(() => {
      const A = draw(shape);
      const { Q, R } = qr(A);
      expectClose(tf.matMul(Q, R), A);
      const k = Q.shape.at(-1) ?? 0;
      expectClose(tf.matMul(Q, Q, true, false), tf.eye(k).add(tf.zeros([...shape.slice(0, -2), k, k])));
      expectClose(R, tf.linalg.bandPart(R, 0, -1));
    });
  });

  /** Gram and Schmidt's way to the same matrices, for tfjs to differentiate; `signs` are those of R's diagonal. */
  const gramSchmidt = (A: tf.Tensor2D, signs: readonly number[]): { Q: tf.Tensor; R: tf.Tensor } => {
    const columns = Array.from({ length: A.shape[1] }, (_, j) => A.slice([0, j], [A.shape[0], 1]));
    const basis: tf.Tensor[] = [];
    columns.forEach((column, j) => {
      const rest = basis.reduce<tf.Tensor>((left, q) => left.sub(q.mul(q.mul(column).sum())), column);
      basis.push(rest.div(rest.square().sum().sqrt()).mul(signs[j] ?? NaN));
    });
    const Q = tf.concat(basis as tf.Tensor2D[], 1);
    const upper = tf.linalg.bandPart(tf.ones([A.shape[1], A.shape[1]]), 0, -1);
    return { Q, R: tf.matMul(Q, A, true).mul(upper) };
  };

  test.each([[1, 1], [4, 4], [6, 3]])('has the gradient of Gram and Schmidt, [%i, %i]', (rows, columns) => {
    tf.tidy(() => {
      const A = draw([rows, columns]).add<tf.Tensor2D>(tf.eye(rows, columns).mul(2));
      const signs = Array.from({ length: columns }, (_, j) => Math.sign(qr(A).R.slice([j, j], [1, 1]).asScalar().dataSync()[0] ?? NaN));
      const g = rng(2);
      const [dQ, dR] = [normalTensor(g, [rows, columns]), normalTensor(g, [columns, columns])];
      for (const part of [(q: tf.Tensor) => q.mul(dQ).sum(), (_: tf.Tensor, r: tf.Tensor) => r.mul(dR).sum()]) {
        const got = tf.grad((x: tf.Tensor) => {
          const { Q, R } = qr(x);
          return part(Q, R);
        })(A);
        const expected = tf.grad((x: tf.Tensor) => {
          const { Q, R } = gramSchmidt(x as tf.Tensor2D, signs);
          return part(Q, R);
        })(A);
        const scale = Math.max(1, ...expected.abs().dataSync());
        expect(got.sub(expected).abs().max().dataSync()[0]).toBeLessThan(2e-5 * scale);
      }
    });
  }); // prettier-ignore

  test('says that it has no gradient with fewer rows than columns', () => {
    tf.tidy(() => {
      expect(() => tf.grad((x: tf.Tensor) => qr(x).R.sum())(draw([2, 3]))).toThrow(
        'native.qr: got a gradient for shape [2, 3], expected at least as many rows as columns.',
      );
    });
  });
});

describe.each([singularValues, svd, qr])('%o', (solve: (A: tf.Tensor) => unknown) => {
  test('refuses what is no matrix of finite numbers', () => {
    tf.tidy(() => {
      expect(() => solve(tf.zeros([4]))).toThrow(
        'A: got shape [4], expected [..., rows, columns]; it has too few axes.',
      );
      expect(() => solve(tf.zeros([2, 0]))).toThrow('axis 1 is empty');
      expect(() => solve(tf.zeros([2, 2], 'int32'))).toThrow('A: got dtype int32, expected float32');
      expect(() => solve(tf.tensor2d([[1, Infinity], [0, 1]]))).toThrow('A: got 1 of 4 numbers that are not finite'); // prettier-ignore
    });
  });

  test('leaves no tensors behind', () => {
    const A = draw([4, 4]);
    const before = tf.memory().numTensors;
    tf.dispose(solve(A) as never);
    if (solve !== svd) {
      const error = (x: tf.Tensor): tf.Tensor => {
        const result = solve(x);
        return (result instanceof tf.Tensor ? result : (result as { R: tf.Tensor }).R).sum();
      };
      tf.grad(error)(A).dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    A.dispose();
  });
});
