import * as tf from '@tensorflow/tfjs-node';

/** xs [batch, time, features] as one tensor [batch, features] a time step. */
export function unstackTime(xs: tf.Tensor3D): tf.Tensor2D[] {
  // tfjs hands the gradient of unstack a lone tensor where it wants a list of one, and throws.
  if (xs.shape[1] === 1) return [xs.squeeze([1])];
  return tf.unstack(xs, 1) as tf.Tensor2D[];
}

/** One tensor [batch, features] a time step as xs [batch, time, features]. */
export function stackTime(steps: tf.Tensor2D[]): tf.Tensor3D {
  return tf.stack(steps, 1) as tf.Tensor3D;
}
