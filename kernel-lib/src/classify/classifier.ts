import * as tf from '@tensorflow/tfjs-node';
import { embedding, readout, type EmbeddingParams, type Params, type ReadoutParams } from '../cells';
import type * as native from '../native';
import { dropout as drop } from '../sequence';
import type { Rng } from '../tensor';
import type { IdRows } from '../text';
import { binaryCrossEntropy } from '../train';
import { readers, type Reader, type ReaderName, type ReadingOptions, type Sizes } from './readers';

/** The embedding E, the readout Why and by, and between them the reader's layers by name: `lstm`, `gru`, `forward1`, ... */
export type ClassifierParams = Readonly<
  Record<string, Params> & { embedding: EmbeddingParams; readout: ReadoutParams }
>;

/** Texts as rows of ids, and for each 1 for yes or 0 for no. */
export type LabelledRows = IdRows & { readonly labels: ArrayLike<number> };

/** How well answers fit. */
export interface Evaluation {
  /** Cross-entropy, nats a text. */
  readonly loss: number;
  /** The share whose right answer has the larger probability. */
  readonly accuracy: number;
  /** P(yes) of every text. */
  readonly probabilities: Float32Array;
}

/** Which reader, and how much it forgets on purpose while it trains. */
export interface ClassifierOptions {
  readonly reader: ReaderName;
  /** The share of each layer's inputs that are dropped, the same ones at every step. Default 0. */
  readonly dropout?: number;
  /**
   * The share of h_{t-1} that is dropped on its way into the gates, the same units at every step. Default 0. As in Keras, it
   * has one mask drawn for each gate, and so has `dropout` beside it; `dropout` alone has one for all gates.
   */
  readonly recurrentDropout?: number;
}

/** A model that reads a text and says yes or no. Parameters are told to each function, and stay the caller's. */
export interface Classifier {
  readonly reader: ReaderName;
  /** Draws the parameters as Keras does. */
  readonly init: (options: Sizes & { readonly vocabularySize: number; readonly rng: Rng }) => ClassifierParams;
  /**
   * z [batch], the logarithm of the odds, differentiable in the parameters. With a generator it drops; without one it does not.
   * @throws Error for ids outside of the vocabulary, and shapes that do not fit each other
   */
  readonly scores: (params: ClassifierParams, rows: IdRows, rng?: Rng) => tf.Tensor1D;
  /** The mean cross-entropy of a batch in nats, for `train.fit`: `loss: model.loss`. */
  readonly loss: (params: ClassifierParams, batch: LabelledRows, rng?: Rng) => tf.Scalar;
  /** P(yes) of every text. */
  readonly probabilities: (params: ClassifierParams, rows: IdRows) => Float32Array;
  /** How well its answers fit. */
  readonly evaluate: (params: ClassifierParams, rows: LabelledRows) => Evaluation;
  /**
   * Gradient times input: how much each word, as it stands there, carries the score, to first order.
   *   a_t = Σ_d x_td ∂z/∂x_td
   * Row-major [batch, time]. Above 0 it speaks for yes. Denil, Demiraj and de Freitas 2014, Extraction of salient sentences
   * from labelled documents, section 3; Shrikumar et al. 2016, Not just a black box.
   */
  readonly influence: (params: ClassifierParams, rows: IdRows) => Float32Array;
}

/** How many texts are read at once where no gradient of the parameters is asked for. */
const CHUNK = 500;

/**
 * Says yes or no to a text: an embedding, a reader that makes one vector of it, a readout with one score.
 *   x_t = E[id_t],  h = reader(x_1 ... x_T),  z = h Why + by,  P(yes) = σ(z)
 * With `reader: 'lstm'`, widths of 128 and both dropouts .2 it is Keras's example imdb_lstm; with 'bidirectional', two layers
 * of 64 units in each direction and no dropout it is bidirectional_lstm_imdb. Dropout is that of Gal and Ghahramani 2016, drawn
 * once a text; neither the LSTM's c nor the h that the GRU carries on is dropped from. The readers 'lstm', 'gru' and
 * 'bidirectional' read padding (id 0) as a symbol like any other, as those examples do; 'mean' leaves it out.
 *
 * @throws Error for a reader that there is none of, and rates that are not from 0 to below 1
 */
export function classifier({ reader: name, dropout = 0, recurrentDropout = 0 }: ClassifierOptions): Classifier {
  const reader = (readers as Partial<Record<string, Reader>>)[name];
  if (reader === undefined) {
    throw new Error(`reader: got '${name}', expected ${Object.keys(readers).join(', ')}.`);
  }
  checkShare('dropout', dropout);
  checkShare('recurrentDropout', recurrentDropout);

  const scoresOf = (params: ClassifierParams, xs: tf.Tensor3D, ids: tf.Tensor2D, rng?: Rng): tf.Tensor1D => {
    const [batch] = xs.shape;
    const masks: ReadingOptions['masks'] = ({ input, hidden }, gates) => {
      const mask = (rate: number, width: number): native.DropoutMask | undefined => {
        if (!rng || rate === 0) return undefined;
        const shape = recurrentDropout > 0 ? [batch, gates, width] : [batch, width];
        return drop<native.DropoutMask>(tf.ones(shape as [number, number]), { rate, rng });
      };
      const [dropoutMask, recurrentDropoutMask] = [mask(dropout, input), mask(recurrentDropout, hidden)];
      return { ...(dropoutMask && { dropoutMask }), ...(recurrentDropoutMask && { recurrentDropoutMask }) };
    };
    const h = reader.read(params, xs, { words: ids.notEqual(0).cast('float32'), masks });
    return readout.apply(params.readout, h).squeeze([1]);
  };

  const scores: Classifier['scores'] = (params, rows, rng) =>
    tf.tidy(() => {
      const ids = idTensor(rows);
      return scoresOf(params, embedding.apply(params.embedding, ids), ids, rng);
    });

  const probabilities: Classifier['probabilities'] = (params, rows) =>
    inChunks(rows, (some) => tf.sigmoid(scores(params, some)).dataSync<'float32'>());

  return {
    reader: name,
    init({ vocabularySize, embeddingSize, hiddenSize, rng }) {
      const hidden = reader.features(hiddenSize, embeddingSize);
      return {
        embedding: embedding.init({ vocabularySize, embeddingSize, rng }),
        ...reader.init({ embeddingSize, hiddenSize }, rng),
        readout: readout.init({ hiddenSize: hidden, outputSize: 1, rng }),
      };
    },
    scores,
    loss: (params, rows, rng) => tf.tidy(() => binaryCrossEntropy(scores(params, rows, rng), rows.labels)),
    probabilities,
    evaluate(params, rows) {
      const each = probabilities(params, rows);
      return { ...score(each, rows.labels), probabilities: each };
    },
    influence: (params, rows) =>
      inChunks(rows, (some) => {
        const ids = idTensor(some);
        const xs = embedding.apply(params.embedding, ids);
        const gradient = tf.grad((x: tf.Tensor) => scoresOf(params, x as tf.Tensor3D, ids).sum())(xs);
        return xs.mul(gradient).sum(2).dataSync<'float32'>();
      }),
  };
}

/** Mean cross-entropy and share of right answers of probabilities. */
export function score(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): Pick<Evaluation, 'loss' | 'accuracy'> {
  const n = probabilities.length;
  if (labels.length !== n) throw new Error(`labels: got ${labels.length}, expected ${n}, one for each of the texts.`);
  let [nats, right] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [p = NaN, y = NaN] = [probabilities[i], labels[i]];
    // a probability that float32 has rounded to 0 or 1 must not cost an infinity
    nats -= Math.log(Math.max(y === 1 ? p : 1 - p, 1e-7));
    if (p > 0.5 === (y === 1)) right += 1;
  }
  return { loss: nats / n, accuracy: right / n };
}

function inChunks({ batch, time, inputs }: IdRows, read: (rows: IdRows) => Float32Array): Float32Array {
  const parts: Float32Array[] = [];
  for (let from = 0; from < batch; from += CHUNK) {
    const some = Math.min(CHUNK, batch - from);
    const rows = { batch: some, time, inputs: inputs.subarray(from * time, (from + some) * time) };
    tf.engine().startScope();
    try {
      parts.push(read(rows));
    } finally {
      tf.engine().endScope();
    }
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function idTensor({ batch, time, inputs }: IdRows): tf.Tensor2D {
  if (inputs.length === batch * time && inputs.length > 0) return tf.tensor2d(inputs, [batch, time], 'int32');
  throw new Error(
    `rows: got ${inputs.length} ids for batch ${batch} and time ${time}, expected ${batch * time}, at least one; pad texts to one length.`,
  );
}

function checkShare(name: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) throw new Error(`${name}: got ${rate}, expected a number from 0 to below 1.`);
}
