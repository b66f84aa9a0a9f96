import * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells/cell';
import type { SymbolModel } from './generate';
import { oneHot } from './one-hot';
import type { Vocabulary } from './vocabulary';

/** What turns a hidden state into logits: y = h Why + by. */
export interface Readout<R extends Params> {
  /** The logits that a state stands for: h [1, hidden] to [1, vocabulary]. */
  apply(params: R, h: tf.Tensor2D): tf.Tensor;
}

/** What a character model is made of. */
export interface CellModelOptions<P extends Params, S extends State, R extends Params> {
  cell: Pick<Cell<P, S, never>, 'sizes' | 'step' | 'initialState'>;
  readout: Readout<R>;
  /** The parameters of both, in one record: `{ ...rnn.init(...), ...readout.init(...) }`. They stay the caller's. */
  params: P & R;
  vocabulary: Pick<Vocabulary, 'size'>;
}

/**
 * A recurrent cell and a readout as a model of the next symbol, one character at a time:
 *   h_t = step(x_t, h_{t-1}),  logits_t = readout(h_t)
 * with x_t [1, size] the one-hot vector of the symbol. It holds the state between steps; `dispose` frees it, after which
 * the next step begins again from the initial state.
 *
 * @throws RangeError when the parameters were drawn for another number of symbols.
 */
export function cellModel<P extends Params, S extends State, R extends Params>(
  options: CellModelOptions<P, S, R>,
): SymbolModel {
  const { cell, readout, params, vocabulary } = options;
  const { inputSize } = cell.sizes(params);
  if (inputSize !== vocabulary.size) {
    throw new RangeError(
      `cellModel: the cell reads vectors of ${inputSize}; expected ${vocabulary.size}, the size of the vocabulary: ` +
        `draw the parameters with inputSize ${vocabulary.size}, or use the vocabulary that the model was trained with.`,
    );
  }
  let state: S | undefined;

  const moveTo = (next: S | undefined): void => {
    const kept = new Set(Object.values(next ?? {}));
    // A cell may hand a tensor on unchanged.
    for (const tensor of Object.values(state ?? {})) if (!kept.has(tensor)) tensor.dispose();
    state = next;
  };
  return {
    step(id) {
      let logits: Float32Array = new Float32Array();
      const next = tf.tidy(() => {
        const x = oneHot([id], vocabulary.size);
        const after = cell.step(params, x, state ?? cell.initialState(params, 1));
        logits = readout.apply(params, after.h).dataSync<'float32'>();
        return after;
      });
      // The state must outlive any scope the caller has open around one step.
      for (const tensor of Object.values(next)) tf.keep(tensor);
      moveTo(next);
      return logits;
    },
    dispose: () => {
      moveTo(undefined);
    },
  };
}
