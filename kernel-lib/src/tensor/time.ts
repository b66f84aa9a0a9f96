import * as tf from '@tensorflow/tfjs-node';

/** xs [batch, time, features] as one tensor [batch, features] a time step. */
export function unstackTime(xs: tf.Tensor3D): tf.Tensor2D[] {
  return tf.unstack(xs, 1) as tf.Tensor2D[];
}

/** One tensor [batch, features] a time step as xs [batch, time, features]. */
export function stackTime(steps: tf.Tensor2D[]): tf.Tensor3D {
  return tf.stack(steps, 1) as tf.Tensor3D;
}
