import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, readout, rnn, type GatedCell, type Gates, type Params, type State } from '../cells';
import * as native from '../native';
import type { LanguageModel, LanguageModelCell, LanguageModelParams } from './language-model';
import { oneHot } from './one-hot';

/** What a model carried and computed while it read one text, by the names of the equations. */
export interface Inside {
  /** The state after every symbol, each part [time, hidden]; c is an LSTM's. */
  readonly states: Readonly<{ h: tf.Tensor2D; c?: tf.Tensor2D }>;
  /** What each step computed, each [time, hidden]: i, f, o, g of an LSTM; r, z and h̃ of a GRU. */
  readonly gates: Readonly<Record<string, tf.Tensor2D>>;
  /** The scores of every next symbol [time, size]. */
  readonly logits: tf.Tensor2D;
}

type AnyCell = GatedCell<Params, State, never, Gates>;
const cells = { rnn, gru, lstm } as unknown as Readonly<Record<LanguageModelCell, AnyCell>>;

/**
 * Reads a text and shows what went on: the states after every symbol and the gates at every symbol, as `record` does step by
 * step, but all steps at once. The recurrence itself runs on the fast path; then every h_{t-1} is known, so the gates of all
 * steps are one matrix product, and c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t is one multiplication a unit and step.
 *
 * @param ids one text from its beginning
 * @throws Error as `model.apply` does
 */
export function readInside(model: LanguageModel, params: LanguageModelParams, ids: Int32Array): Inside {
  return tf.tidy(() => {
    const { outputs, logits } = model.apply(params, { batch: 1, time: ids.length, inputs: ids });
    const h = outputs.squeeze<tf.Tensor2D>([0]);
    const [time, hidden] = h.shape;
    const before = tf.concat([tf.zeros<tf.Rank.R2>([1, hidden]), h.slice([0, 0], [time - 1, hidden])]);
    // no gate of these three cells looks at c_{t-1}
    const state = { h: before, ...(model.kind === 'lstm' && { c: before }) };
    const gates = cells[model.kind].gates(params.cell, oneHot(ids, model.size), state);
    const scores = logits.squeeze<tf.Tensor2D>([0]);
    if (model.kind !== 'lstm') return { states: { h }, gates, logits: scores };
    const { i, f, g } = gates as Readonly<Record<'i' | 'f' | 'g', tf.Tensor2D>>;
    const c = memory(f, tf.mul(i, g));
    return { states: { h, c }, gates, logits: scores };
  });
}

/** c_t = f_t ⊙ c_{t-1} + new_t from zeros: a plain loop, for the scan of `linearScan` holds its passes in memory all at once. */
function memory(f: tf.Tensor2D, added: tf.Tensor2D): tf.Tensor2D {
  const [keep, c] = [f.dataSync<'float32'>(), Float32Array.from(added.dataSync())];
  const hidden = f.shape[1];
  for (let k = hidden; k < c.length; k++) c[k] = (c[k] ?? NaN) + (keep[k] ?? NaN) * (c[k - hidden] ?? NaN);
  return tf.tensor2d(c, f.shape);
}

type Walk = (params: Params, xs: tf.Tensor3D) => { readonly outputs: tf.Tensor3D };
const walks = native as unknown as Readonly<Record<LanguageModelCell, Walk>>;

/**
 * The model as a function of its input vectors, where `model.apply` reads ids: through it a gradient reaches the input, as
 * `analysis.connectivity` asks for. Shapes: xs [batch, time, size] to scores [batch, time, size].
 */
export function scoresOf(model: LanguageModel, params: LanguageModelParams): (xs: tf.Tensor3D) => tf.Tensor3D {
  return (xs) => tf.tidy(() => readout.apply(params.readout, walks[model.kind](params.cell, xs).outputs));
}
