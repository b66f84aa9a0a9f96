import type * as tf from '@tensorflow/tfjs-node';

/** Every matrix of a batch transposed: [..., m, n] to [..., n, m]. */
export function transposed(A: tf.Tensor): tf.Tensor {
  const axes = [...A.shape.keys()];
  return A.transpose([...axes.slice(0, -2), A.rank - 1, A.rank - 2]);
}
