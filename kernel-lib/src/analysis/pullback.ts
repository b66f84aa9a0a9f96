import * as tf from '@tensorflow/tfjs-node';

/**
 * dyᵀ ∂f/∂input for every input, by autodiff: zeros where f does not depend on it.
 * Call it inside of a tidy.
 */
export function pullback(f: () => tf.Tensor, inputs: readonly tf.Tensor[], dy?: tf.Tensor): tf.Tensor[] {
  // tf.grads would throw for an input that f does not use, such as the readout among a cell's parameters.
  const { grads } = tf.engine().gradients(f, [...inputs], dy, true) as { grads: (tf.Tensor | undefined)[] };
  return inputs.map((input, k) => grads[k] ?? tf.zerosLike(input));
}
