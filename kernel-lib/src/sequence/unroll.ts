import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, type Cell, type Params, type SequenceOptions, type State } from '../cells';
import { at, stackTime, unstackTime } from '../tensor';

/** What a cell made of a sequence. */
export interface Unrolled<S extends State> {
  /** h after every step [batch, time, hidden], in the order of the inputs' time axis. */
  readonly outputs: tf.Tensor3D;
  /** The state after the last step taken (the first of the sequence, in reverse). */
  readonly final: S;
}

/**
 * Applies a cell along time, differentiably: s_t = step(x_t, s_{t-1}), outputs_t = h_t.
 * Where mask_t is 0 the step is not taken: s_t = s_{t-1}, so the output of the step before is repeated.
 * Keras does the same, but gives zeros where steps masked before the first one taken would repeat a given initial state.
 * In reverse, s_t = step(x_t, s_{t+1}) from the last step to the first.
 * Shapes: xs [batch, time, input], mask [batch, time], initialState each [batch, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other, an empty batch or no time steps
 */
export function unroll<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: SequenceOptions<S> = {},
): Unrolled<S> {
  const { initialState, mask, reverse = false } = options;
  const { batch, time } = checkSequence(cell, params, xs, options);

  return tf.tidy(() => {
    const stepAt = cell.hoist?.(params, xs) ?? stepwise(cell, params, xs);
    const taken = mask && tf.split(mask.cast('bool'), time, 1);
    const order = [...Array(time).keys()];
    const outputs = new Array<tf.Tensor2D>(time);
    let state = initialState ?? cell.initialState(params, batch);
    for (const t of reverse ? order.reverse() : order) {
      const next = stepAt(t, state);
      state = taken ? select(at(taken, t), next, state) : next;
      outputs[t] = state.h;
    }
    return { outputs: stackTime(outputs), final: state };
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
