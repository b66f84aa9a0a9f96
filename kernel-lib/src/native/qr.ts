import * as tf from '@tensorflow/tfjs-node';
import { checkMatrices } from './check';
import { attribute, refuseSecondDerivative, runOp, runOp1, withoutGradient } from './op';
import { transposed } from './transposed';

/** A = Q R, with k = min(rows, columns). */
export type Qr = Readonly<{
  /** Orthonormal columns [..., rows, k]. */
  Q: tf.Tensor;
  /** Upper triangular [..., k, columns]; the signs of its diagonal are LAPACK's, not all positive. */
  R: tf.Tensor;
}>;

/**
 * The QR decomposition A = Q R by Householder's reflections. With at least as many rows as columns, and these independent, it is
 * differentiable (once; Walter and Lehmann 2018, Algorithmic differentiation of linear algebra functions, section 3.2):
 *   M = R dRᵀ − dQᵀ Q    dA = (dQ + Q copyltu(M)) R⁻ᵀ
 * where copyltu copies the lower triangle of M onto its upper one, so that dR below its diagonal plays no part. With fewer rows than columns it has no gradient.
 * Shapes: A [..., rows, columns].
 *
 * @throws Error, before the op runs, for what is no matrix of finite float32 numbers
 */
export function qr(A: tf.Tensor): Qr {
  const [rows, columns] = checkMatrices('A', A);
  return tf.tidy(() => {
    if (rows < columns) {
      const { Q, R } = decompose(A);
      const why = `native.qr: got a gradient for shape [${A.shape.join(', ')}], expected at least as many rows as columns.`;
      return { Q: withoutGradient(A, Q, why), R: withoutGradient(A, R, why) };
    }
    // tf.customGrad has one output: Q stands on R.
    const packed = tf.customGrad((x, save) => {
      const { Q, R } = decompose(x as tf.Tensor);
      (save as unknown as tf.GradSaveFunc)([Q, R]);
      return {
        value: tf.concat([Q, R], -2),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          refuseSecondDerivative('native.qr');
          const [q, r] = saved as [tf.Tensor, tf.Tensor];
          return tf.tidy(() => qrBackward(dy, q, r));
        },
      };
    })(A);
    const [Q, R] = tf.split(packed, [rows, columns], A.rank - 2) as [tf.Tensor, tf.Tensor];
    return { Q, R };
  });
}

function qrBackward(dy: tf.Tensor, Q: tf.Tensor, R: tf.Tensor): tf.Tensor {
  const axis = dy.rank - 2;
  const n = R.shape[axis] ?? 0;
  const [dQ, dR] = tf.split(dy, [Q.shape[axis] ?? 0, n], axis) as [tf.Tensor, tf.Tensor];
  const M = tf.matMul(R, dR, false, true).sub(tf.matMul(dQ, Q, true, false));
  const lower = tf.linalg.bandPart(M, -1, 0);
  const strictlyLower = lower.sub(tf.linalg.bandPart(M, 0, 0));
  const symmetric = lower.add(transposed(strictlyLower));
  const right = dQ.add(tf.matMul(Q, symmetric));
  // dA Rᵀ = right, so R dAᵀ = rightᵀ
  const attributes = [attribute.float32('T'), attribute.bool('lower', false), attribute.bool('adjoint', false)];
  return transposed(runOp1('MatrixTriangularSolve', attributes, [R, transposed(right)]));
}

function decompose(A: tf.Tensor): Qr {
  const attributes = [attribute.float32('T'), attribute.bool('full_matrices', false)];
  const [Q, R] = runOp('Qr', attributes, [A], 2) as [tf.Tensor, tf.Tensor];
  return { Q, R };
}
