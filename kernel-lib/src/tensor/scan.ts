import * as tf from '@tensorflow/tfjs-node';

/**
 * The linear recurrence h_t = a_t ⊙ h_{t-1} + b_t at all time steps, in ⌈log₂(time + 1)⌉ passes over the whole sequence instead
 * of one step after the other. Hillis and Steele 1986, Data parallel algorithms: as (a, b) then (a', b') is (a' a, a' b + b'),
 * each pass joins what the passes before made of 1, 2, 4, ... neighbouring steps. Under autodiff like any other op.
 * Shapes: a and b [batch, time, hidden], h0 [batch, hidden]; the result is [batch, time, hidden].
 */
export function linearScan(a: tf.Tensor3D, b: tf.Tensor3D, h0: tf.Tensor2D): tf.Tensor3D {
  return tf.tidy(() => {
    const start = h0.expandDims<tf.Tensor3D>(1);
    let A = tf.concat3d([tf.onesLike(start), a], 1);
    let B = tf.concat3d([start, b], 1);
    const steps = B.shape[1];
    for (let reach = 1; reach < steps; reach *= 2) {
      const [A0, B0] = [until(A, steps - reach), until(B, steps - reach)];
      const [A1, B1] = [from(A, reach), from(B, reach)];
      B = tf.concat3d([until(B, reach), A1.mul<tf.Tensor3D>(B0).add<tf.Tensor3D>(B1)], 1);
      A = tf.concat3d([until(A, reach), A1.mul<tf.Tensor3D>(A0)], 1);
    }
    return from(B, 1);
  });
}

const until = (x: tf.Tensor3D, t: number): tf.Tensor3D => x.slice([0, 0, 0], [-1, t, -1]);
const from = (x: tf.Tensor3D, t: number): tf.Tensor3D => x.slice([0, t, 0], [-1, -1, -1]);
