import * as tf from '@tensorflow/tfjs-node';

/**
 * ln σ(a) = −ln(1 + e⁻ᵃ), element by element: finite for every finite a.
 * tfjs has a function of this name, but its gradient reads an input that an enclosing tidy has freed.
 */
export function logSigmoid<T extends tf.Tensor>(a: T): T {
  return tf.neg(tf.softplus(tf.neg(a)));
}
