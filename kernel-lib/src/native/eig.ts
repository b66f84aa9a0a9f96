import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import { checkSquare } from './check';
import { attribute, refuseSecondDerivative, runOp, runOp1, withoutGradient } from './op';
import { transposed } from './transposed';

/** Complex numbers, as tfjs's own complex tensors have few functions. */
export type Complex = Readonly<{ re: tf.Tensor; im: tf.Tensor }>;

/** A V = V diag(λ). */
export type Eigenpairs = Readonly<{
  /** λ [..., n] */
  values: Complex;
  /** V [..., n, n], the eigenvector of λ_k in column k, of length 1. */
  vectors: Complex;
}>;

/**
 * The n complex λ with A v = λ v for some v ≠ 0, in no particular order, differentiable (once) where they are distinct. With
 * U = V⁻¹, whose rows are the left eigenvectors (Magnus 1985, On differentiating eigenvalues and eigenvectors, theorem 2):
 *   dλ_k = u_k dA v_k, so dA = Re(V diag(d re − i d im) V⁻¹)ᵀ
 * Shapes: A [..., n, n], λ [..., n].
 *
 * @throws Error, before the op runs, for what is no square matrix of finite float32 numbers
 */
export function eigenvalues(A: tf.Tensor): Complex {
  checkSquare('A', A);
  return tf.tidy(() => {
    // tf.customGrad has one output: re and im travel in one tensor, re first.
    const packed = tf.customGrad((x, save) => {
      const [values, V] = decompose(x as tf.Tensor);
      (save as unknown as tf.GradSaveFunc)([V]);
      return {
        value: tf.stack([tf.real(values), tf.imag(values)]),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          refuseSecondDerivative('native.eigenvalues');
          return tf.tidy(() => eigenvaluesBackward(dy, at(saved, 0)));
        },
      };
    })(A);
    const [re, im] = tf.unstack(packed) as [tf.Tensor, tf.Tensor];
    return { re, im };
  });
}

/**
 * The {@link eigenvalues} of A with their eigenvectors, which have no gradient.
 * Shapes: A and the vectors [..., n, n], the values [..., n].
 *
 * @throws Error, before the op runs, for what is no square matrix of finite float32 numbers
 */
export function eig(A: tf.Tensor): Eigenpairs {
  checkSquare('A', A);
  return tf.tidy(() => {
    const [values, vectors] = decompose(A);
    const parts = (z: tf.Tensor): { re: tf.Tensor; im: tf.Tensor } => ({
      re: fixed(tf.real(z)),
      im: fixed(tf.imag(z)),
    });
    const why = 'native.eig: got a gradient, expected none; native.eigenvalues has one, eigenvectors have none here.';
    const fixed = (part: tf.Tensor): tf.Tensor => withoutGradient(A, part, why);
    return { values: parts(values), vectors: parts(vectors) };
  });
}

/** λ and V, complex64. */
function decompose(A: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const attributes = [attribute.bool('compute_v', true), attribute.float32('T'), attribute.complex64('Tout')];
  return runOp('Eig', attributes, [A], 2) as [tf.Tensor, tf.Tensor];
}

function eigenvaluesBackward(dy: tf.Tensor, V: tf.Tensor): tf.Tensor {
  const [dre, dim] = tf.unstack(dy) as [tf.Tensor, tf.Tensor];
  const T = attribute.complex64('T');
  const inverse = runOp1('MatrixInverse', [T, attribute.bool('adjoint', false)], [V]);
  const weights = tf.complex(dre, dim.neg()).expandDims(-2);
  const scaled = runOp1('Mul', [T], [V, weights]);
  const product = runOp1(
    'BatchMatMulV2',
    [T, attribute.bool('adj_x', false), attribute.bool('adj_y', false)],
    [scaled, inverse],
  );
  return transposed(tf.real(product));
}
