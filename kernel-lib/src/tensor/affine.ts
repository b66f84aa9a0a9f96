import type * as tf from '@tensorflow/tfjs-node';

/**
 * x W + b on the last axis, every other axis a batch: one matrix product, whether x is one time step or a whole sequence.
 * Shapes: x [..., input], W [input, output], b [output]; the result is [..., output].
 */
export function affine<T extends tf.Tensor>(x: T, W: tf.Tensor2D, b?: tf.Tensor1D): T {
  const product = x.reshape<tf.Tensor2D>([-1, W.shape[0]]).matMul(W);
  const sum = b === undefined ? product : product.add(b);
  return sum.reshape<T>([...x.shape.slice(0, -1), W.shape[1]]);
}
