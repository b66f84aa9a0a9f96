import * as tf from '@tensorflow/tfjs-node';
import { checkReadout, type ReadoutParams } from '../cells';
import { affine, checkShape } from '../tensor';

/** The gradient of the loss with respect to each argument of the readout, each of its argument's shape. */
export type ReadoutGradients<T extends tf.Tensor2D | tf.Tensor3D> = Readonly<{
  dWhy: tf.Tensor2D;
  dby: tf.Tensor1D;
  /** What `bptt.rnn` takes as dOutputs. */
  dh: T;
}>;

/**
 * Backward pass of y = h Why + by, given dy = ∂E/∂y:
 *   dWhy = Σ hᵀ dy    dby = Σ dy    dh = dy Whyᵀ
 * Shapes: h [batch, hidden] or [batch, time, hidden], and dy the same with output in place of hidden.
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function readout<T extends tf.Tensor2D | tf.Tensor3D>(params: ReadoutParams, h: T, dy: T): ReadoutGradients<T> {
  checkReadout(params, h);
  const { Why } = params;
  const [hidden, output] = Why.shape;
  checkShape('dy', dy, [...h.shape.slice(0, -1), { output }], 'it must match the outputs');

  return tf.tidy(() => {
    const H = h.reshape<tf.Tensor2D>([-1, hidden]);
    const dY = dy.reshape<tf.Tensor2D>([-1, output]);
    return { dWhy: H.matMul(dY, true) as tf.Tensor2D, dby: dY.sum<tf.Tensor1D>(0), dh: affine(dy, Why.transpose()) };
  });
}
