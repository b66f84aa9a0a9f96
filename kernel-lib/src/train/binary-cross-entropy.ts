import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkShape } from '../tensor';

/**
 * Cross-entropy of answers that are yes or no, the mean in nats, differentiable in the logits:
 *   L = mean(softplus(z_n) − y_n z_n),  ∂L/∂z_n = (σ(z_n) − y_n) / N
 * which is −ln σ(z) where y is 1 and −ln(1 − σ(z)) where it is 0, without the quotient that overflows.
 * Shapes: logits [N], labels N numbers from 0 to 1.
 * Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.2.2.2.
 *
 * @throws Error for another number of labels than of logits, and a label that is not from 0 to 1
 */
export function binaryCrossEntropy(logits: tf.Tensor1D, labels: ArrayLike<number>): tf.Scalar {
  checkDtype('logits', logits, 'float32');
  const { N } = checkShape('logits', logits, ['N']);
  if (labels.length !== N) throw new Error(`labels: got ${labels.length}, expected ${N}, one for each of the logits.`);
  const y = Float32Array.from(labels);
  const wrong = y.findIndex((label) => !(label >= 0 && label <= 1));
  if (wrong >= 0) {
    throw new Error(`labels: got ${labels[wrong]} at position ${wrong}, expected numbers from 0 (no) to 1 (yes).`);
  }
  return tf.tidy(() => tf.softplus(logits).sub(tf.mul(logits, y)).mean());
}
