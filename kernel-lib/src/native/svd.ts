import * as tf from '@tensorflow/tfjs-node';
import { checkMatrices } from './check';
import { attribute, refuseSecondDerivative, runOp, withoutGradient } from './op';

/** A = U diag(S) Vᵀ, with k = min(rows, columns). */
export type Svd = Readonly<{
  /** Orthonormal columns [..., rows, k]. */
  U: tf.Tensor;
  /** The singular values [..., k], the largest first. */
  S: tf.Tensor;
  /** Orthonormal columns [..., columns, k]. */
  V: tf.Tensor;
}>;

/**
 * The singular values of A, the largest first: how much A stretches each of k orthogonal directions. Differentiable (once):
 *   dA = U diag(dS) Vᵀ
 * Shapes: A [..., rows, columns], the values [..., min(rows, columns)].
 *
 * @throws Error, before the op runs, for what is no matrix of finite float32 numbers
 */
export function singularValues(A: tf.Tensor): tf.Tensor {
  checkMatrices('A', A);
  const values = tf.customGrad((x, save) => {
    const { U, S, V } = decompose(x as tf.Tensor);
    (save as unknown as tf.GradSaveFunc)([U, V]);
    return {
      value: S,
      gradFunc: (dS: tf.Tensor, saved: tf.Tensor[]) => {
        refuseSecondDerivative('native.singularValues');
        const [left, right] = saved as [tf.Tensor, tf.Tensor];
        return tf.tidy(() => tf.matMul(left.mul(dS.expandDims(-2)), right, false, true));
      },
    };
  });
  return values(A);
}

/**
 * The singular value decomposition A = U diag(S) Vᵀ. It has no gradient: {@link singularValues} has one.
 *
 * @throws Error, before the op runs, for what is no matrix of finite float32 numbers
 */
export function svd(A: tf.Tensor): Svd {
  checkMatrices('A', A);
  return tf.tidy(() => {
    const { U, S, V } = decompose(A);
    const why =
      'native.svd: got a gradient, expected none; native.singularValues has one, singular vectors have none here.';
    return { U: withoutGradient(A, U, why), S: withoutGradient(A, S, why), V: withoutGradient(A, V, why) };
  });
}

function decompose(A: tf.Tensor): Svd {
  const attributes = [
    attribute.float32('T'),
    attribute.bool('compute_uv', true),
    attribute.bool('full_matrices', false),
  ];
  const [S, U, V] = runOp('Svd', attributes, [A], 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { U, S, V };
}
