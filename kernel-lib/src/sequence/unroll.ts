import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  stepsTaken,
  zeroWhereMasked,
  type Cell,
  type PaddedOptions,
  type Params,
  type State,
} from '../cells';
import { at, stackTime, unstackTime } from '../tensor';

/** What a cell made of a sequence. */
export type Unrolled<S extends State> = Readonly<{
  /** h after every step [batch, time, hidden], in the order of the inputs' time axis. */
  outputs: tf.Tensor3D;
  /** The state after the last step taken (the first of the sequence, in reverse). */
  final: S;
}>;

/**
 * Applies a cell along time, differentiably: s_t = step(x_t, s_{t-1}), outputs_t = h_t.
 * Where mask_t is 0 the step is not taken: s_t = s_{t-1}, so the output of the step before is repeated.
 * Keras does the same, but gives zeros where steps masked before the first one taken would repeat a given initial state.
 * In reverse, s_t = step(x_t, s_{t+1}) from the last step to the first.
 *
 * With lengths in place of the mask, what comes back is what PyTorch makes of `pack_padded_sequence` and
 * `pad_packed_sequence`: each sequence is walked along for its own length, in reverse from its own last step, final is the
 * state after its last step taken, and the outputs in its padding are zeros. `padding` chooses the other of the two.
 * Shapes: xs [batch, time, input], mask [batch, time], lengths [batch], initialState each [batch, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other, an empty batch, no time steps, a length that is
 *   no integer from 1 to time, and for both mask and lengths
 */
export function unroll<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S> = {},
): Unrolled<S> {
  const { initialState, reverse = false } = options;
  const { batch, time } = checkSequence(cell, params, xs, options);

  return tf.tidy(() => {
    const { mask, padding } = stepsTaken(options, { batch, time });
    // NaN in the padding would reach the gradients of the weights as 0 · NaN.
    const read = mask ? zeroWhereMasked(xs, mask) : xs;
    const stepAt = cell.hoist?.(params, read) ?? stepwise(cell, params, read);
    const taken = mask && tf.split(mask, time, 1);
    const order = [...Array(time).keys()];
    const outputs = new Array<tf.Tensor2D>(time);
    let state = initialState ?? cell.initialState(params, batch);
    for (const t of reverse ? order.reverse() : order) {
      const next = stepAt(t, state);
      state = taken ? select(at(taken, t), next, state) : next;
      outputs[t] = state.h;
    }
    const walked = stackTime(outputs);
    return { outputs: mask && padding === 'zeros' ? zeroWhereMasked(walked, mask) : walked, final: state };
  });
}

function stepwise<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
): (t: number, state: S) => S {
  const x = unstackTime(xs);
  return (t, state) => cell.step(params, at(x, t), state);
}

/** Each sequence's new state where its step was taken [batch, 1], its old one elsewhere. */
function select<S extends State>(taken: tf.Tensor, next: S, previous: S): S {
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => [name, tf.where(taken, value, previous[name] ?? value)]),
  ) as unknown as S;
}
