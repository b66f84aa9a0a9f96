import * as tf from '@tensorflow/tfjs-node';
import { checkDtype } from '../tensor';

/** Numbers in the row-major order of their shape: a tensor, or the plain array that a batch holds. */
export type Values = tf.Tensor | Int32Array | Float32Array | readonly number[];

/** What to leave out of a cross-entropy. */
export interface CrossEntropyOptions {
  /** Which positions count [...]: 1 where there is a symbol, 0 where there is padding; any weight of at least 0. */
  readonly mask?: Values;
}

/**
 * Cross-entropy of the symbols that came, in nats a symbol, differentiable in the logits:
 *   L = − Σ_n m_n log p_n[ids_n] / Σ_n m_n,  p_n = softmax(logits_n),  ∂L/∂logits_n = m_n (p_n − onehot(ids_n)) / Σ m
 * with log p = logits − logsumexp(logits) taken at once, so that no logit over- or underflows.
 * Shapes: logits [..., vocabulary]; ids and mask [...], or their values in the same order.
 * Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.2.2.3.
 *
 * @throws Error when shapes do not match, or an id that counts is not an integer from 0 to vocabulary − 1
 */
export function crossEntropy(logits: tf.Tensor, ids: Values, { mask }: CrossEntropyOptions = {}): tf.Scalar {
  checkDtype('logits', logits, 'float32');
  const vocabulary = logits.shape.at(-1) ?? 0;
  if (logits.rank < 1 || logits.size === 0) {
    throw new Error(`logits: got shape [${logits.shape.join(', ')}], expected [..., vocabulary] with no empty axis.`);
  }
  const positions = logits.shape.slice(0, -1);
  const weights = mask === undefined ? undefined : maskWeights(numbers('mask', mask, positions));
  const count = logits.size / vocabulary;
  const symbols = checkedIds(numbers('ids', ids, positions), vocabulary, weights);

  return tf.tidy(() => {
    const w = weights === undefined ? tf.scalar(1 / count) : tf.tensor1d(weights);
    const target = tf.tensor1d(symbols, 'int32');
    const own = tf.tensor1d(
      symbols.map((id, n) => n * vocabulary + id),
      'int32',
    );
    const nll = tf.customGrad((rows, save) => {
      const logp = tf.logSoftmax(rows as tf.Tensor2D);
      (save as tf.GradSaveFunc)([logp, w, target]);
      return {
        value: logp.reshape([-1]).gather(own).mul(w).sum().neg(),
        gradFunc: (dy, saved) =>
          logitsGradient(dy as tf.Scalar, saved as [tf.Tensor2D, tf.Scalar | tf.Tensor1D, tf.Tensor1D]),
      };
    });
    return nll(logits.reshape([count, vocabulary])) as tf.Scalar;
  });
}

/** ∂L/∂logits_n = w_n (p_n − onehot(ids_n)), with w_n = m_n / Σ m. */
function logitsGradient(
  dy: tf.Scalar,
  [logp, w, ids]: [tf.Tensor2D, tf.Scalar | tf.Tensor1D, tf.Tensor1D],
): tf.Tensor2D {
  const scale = w.rank === 0 ? w.mul(dy) : w.mul(dy).expandDims(1);
  return logp.exp().sub(tf.oneHot(ids, logp.shape[1])).mul(scale);
}

/** exp(L): among how many equally likely symbols the model still hesitates. */
export function perplexity(nats: number): number {
  return Math.exp(nats);
}

/** The plain numbers of an argument, its shape checked against the positions of the logits. */
function numbers(name: string, values: Values, positions: readonly number[]): ArrayLike<number> {
  const expected = `[${positions.join(', ')}], the shape of logits without its last axis`;
  if (values instanceof tf.Tensor) {
    if (values.shape.join() === positions.join()) return values.dataSync();
    throw new Error(`${name}: got shape [${values.shape.join(', ')}], expected ${expected}.`);
  }
  const size = positions.reduce((product, axis) => product * axis, 1);
  if (values.length === size) return values;
  throw new Error(`${name}: got ${values.length} numbers, expected ${size}: ${expected}.`);
}

/** The ids as integers. Positions that do not count may hold anything: they become 0. */
function checkedIds(ids: ArrayLike<number>, vocabulary: number, weights: Float32Array | undefined): Int32Array {
  const checked = new Int32Array(ids.length);
  for (let n = 0; n < ids.length; n++) {
    const id = ids[n] ?? NaN;
    if (weights?.[n] === 0) continue;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabulary)) {
      throw new Error(
        `ids: got ${id} at position ${n}, expected integers from 0 to ${vocabulary - 1}, one for each of the ${vocabulary} logits.`,
      );
    }
    checked[n] = id;
  }
  return checked;
}

function maskWeights(mask: ArrayLike<number>): Float32Array {
  let sum = 0;
  for (let n = 0; n < mask.length; n++) {
    const weight = mask[n] ?? NaN;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new Error(`mask: got ${weight} at position ${n}, expected 0, 1 or another weight of at least 0.`);
    }
    sum += weight;
  }
  if (sum === 0) throw new Error('mask: got only zeros, expected at least one position that counts.');
  return Float32Array.from(mask, (weight) => weight / sum);
}
