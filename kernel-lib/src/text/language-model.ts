import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, readout, rnn, type Cell, type Params, type ReadoutParams, type State } from '../cells';
import * as native from '../native';
import { carriedState, type Unrolled } from '../sequence';
import type { Rng } from '../tensor';
import { crossEntropy } from '../train';
import type { IdBatch, StreamBatch } from './batches';
import type { SymbolModel } from './generate';
import { checkPositiveInteger } from './windows';
import { writerOf } from './writer';

/** Which recurrence reads the text. */
export type LanguageModelCell = 'rnn' | 'gru' | 'lstm';

/** The cell's parameters and the readout's, each named as in its equations. */
export type LanguageModelParams = Readonly<{ cell: Params; readout: ReadoutParams }>;

/** Rows of ids side by side, row-major [batch, time]: what `batches`, `streams` and a tensor's data look like. */
export type IdRows = Pick<IdBatch, 'batch' | 'time' | 'inputs'>;

/** What a model says of a stretch of text. */
export interface Reading {
  /** The scores of every next symbol [batch, time, size]. */
  readonly logits: tf.Tensor3D;
  /** h_t after every symbol [batch, time, hidden]. */
  readonly outputs: tf.Tensor3D;
  /** The state after the last one, each part [batch, hidden]. */
  readonly final: State;
}

/** The loss of a batch, and the state in which the next one of the same text begins. */
export interface ReadingLoss {
  /** Cross-entropy, nats a symbol. */
  readonly loss: tf.Scalar;
  readonly final: State;
}

/** A loss that remembers where it stands in the streams. */
export interface CarryingLoss {
  /** Of one window, nats a symbol. */
  loss(params: LanguageModelParams, batch: StreamBatch): tf.Scalar;
  /** Frees the state. */
  dispose(): void;
}

/** A recurrent network that reads symbols and scores the next one. Parameters are told to each function, and stay the caller's. */
export interface LanguageModel {
  readonly kind: LanguageModelCell;
  /** How many symbols there are. */
  readonly size: number;
  /** Draws the parameters: as the cell does, Glorot for Why, zeros for by. */
  init(options: { readonly hiddenSize: number; readonly rng: Rng }): LanguageModelParams;
  /**
   * Reads rows of ids, differentiable in the parameters.
   * @throws Error for ids outside of the vocabulary, and shapes that do not fit each other
   */
  apply(params: LanguageModelParams, ids: IdRows, initialState?: State): Reading;
  /**
   * Cross-entropy of the symbols that came (of the last alone, where a batch has only those targets).
   * @throws Error as {@link LanguageModel.apply} does, and for targets that are as many as neither rows nor symbols
   */
  loss(params: LanguageModelParams, batch: IdBatch, initialState?: State): ReadingLoss;
  /**
   * The loss for `train.fit` over `streams`: each window begins with the state in which the one before ended, and no gradient
   * passes between them (truncated backpropagation through time). An epoch's first window begins with zeros. Dispose of it
   * when the training has ended.
   */
  carrying(): CarryingLoss;
  /**
   * Mean cross-entropy of a text, nats a symbol, the state carried from its beginning to its end; exp of it is the perplexity.
   * @throws RangeError for fewer than two ids
   */
  nats(params: LanguageModelParams, ids: Int32Array): number;
  /** The model as `generate` and `beamSearch` want it: it keeps its state, so a symbol costs one step. `dispose` frees it. */
  writer(params: LanguageModelParams): SymbolModel;
}

type Walk = (params: Params, ids: tf.Tensor2D, options: { initialState?: State }) => Unrolled<State>;
interface Kind {
  readonly cell: Cell<Params, State, { inputSize: number; hiddenSize: number; rng: Rng }>;
  readonly walk: Walk;
}

const kinds: Readonly<Record<LanguageModelCell, Kind>> = {
  rnn: { cell: rnn, walk: native.rnn as unknown as Walk },
  gru: { cell: gru, walk: native.gru as unknown as Walk },
  lstm: { cell: lstm, walk: native.lstm as unknown as Walk },
};

/** How many symbols of a text are read at once where no gradient is asked for. */
const CHUNK = 512;

/**
 * A language model over ids 0 .. size − 1, as Mikolov et al. 2010, Recurrent neural network based language model, and
 * Graves 2013, Generating sequences with recurrent neural networks, section 2, have it:
 *   h_t = cell(onehot(id_t), h_{t-1}),  P(id_{t+1} = k | id_1 .. id_t) = softmax(h_t Why + by)_k
 *
 * @throws Error for a cell that is none of 'rnn', 'gru' and 'lstm', and a size that is no positive integer
 */
export function languageModel({ cell, size }: { cell: LanguageModelCell; size: number }): LanguageModel {
  checkPositiveInteger('languageModel', 'size', size);
  const kind = (kinds as Partial<Record<string, Kind>>)[cell];
  if (kind === undefined) {
    throw new RangeError(`languageModel: cell is '${cell}'; expected 'rnn', 'gru' or 'lstm'.`);
  }

  const read = (
    params: LanguageModelParams,
    { batch, time, inputs }: IdRows,
    initialState?: State,
  ): Unrolled<State> => {
    checkRows(inputs.length, batch, time);
    const ids = tf.tensor2d(inputs, [batch, time], 'int32');
    return kind.walk(params.cell, ids, initialState ? { initialState } : {});
  };
  const loss: LanguageModel['loss'] = (params, batch, initialState) =>
    tf.tidy(() => {
      const { targets, time } = batch;
      const { outputs, final } = read(params, batch, initialState);
      const last = targets.length === batch.batch && time > 1;
      const h = last ? final.h : outputs.reshape<tf.Tensor2D>([-1, final.h.shape[1]]);
      return { loss: crossEntropy(readout.apply(params.readout, h), targets), final };
    });

  return {
    kind: cell,
    size,
    init: ({ hiddenSize, rng }) => ({
      cell: kind.cell.init({ inputSize: size, hiddenSize, rng }),
      readout: readout.init({ hiddenSize, outputSize: size, rng }),
    }),
    apply: (params, rows, initialState) =>
      tf.tidy(() => {
        const { outputs, final } = read(params, rows, initialState);
        return { logits: readout.apply(params.readout, outputs), outputs, final };
      }),
    loss,
    carrying() {
      let carried: ReturnType<typeof carriedState<State>> | undefined;
      return {
        loss(params, batch) {
          const start = batch.index === 0 ? undefined : carried?.state;
          const { loss: nats, final } = loss(params, batch, start);
          if (carried) carried.carry(final);
          else carried = carriedState(final);
          return nats;
        },
        dispose: () => carried?.dispose(),
      };
    },
    nats(params, ids) {
      if (ids.length < 2) {
        throw new RangeError(
          `nats: got ${ids.length} ids; expected at least 2, one to read and one to come: use a longer text.`,
        );
      }
      let sum = 0;
      let state: State | undefined;
      for (let from = 0; from < ids.length - 1; from += CHUNK) {
        const inputs = ids.subarray(from, Math.min(from + CHUNK, ids.length - 1));
        const targets = ids.subarray(from + 1, from + 1 + inputs.length);
        const before = state;
        const { loss: mean, final } = loss(params, { batch: 1, time: inputs.length, inputs, targets }, before);
        sum += (mean.dataSync()[0] ?? NaN) * inputs.length;
        tf.dispose([mean, before ?? []]);
        state = final;
      }
      tf.dispose(state);
      return sum / (ids.length - 1);
    },
    writer: (params) => writerOf(cell, size, params),
  };
}

function checkRows(ids: number, batch: number, time: number): void {
  if (ids === batch * time && ids > 0) return;
  throw new RangeError(
    `languageModel: got ${ids} ids for batch ${batch} and time ${time}; expected ${batch * time}, at least one: batch · time of them, row by row.`,
  );
}
