import * as tf from '@tensorflow/tfjs-node';
import {
  stepsTaken,
  zeroWhereMasked,
  type Cell,
  type PaddedOptions,
  type Padding,
  type Params,
  type State,
  type StepAt,
} from '../cells';
import { at, unstackTime } from '../tensor';

/** A walk along a sequence, step by step. */
export interface Walk<S extends State> {
  /** The time steps in the order in which they were walked. */
  readonly order: readonly number[];
  /** The state after every time step, as a list by time. */
  readonly states: readonly S[];
  /** The state after the last step taken. */
  readonly final: S;
  /** The inputs, with zeros where no step was taken. */
  readonly read: tf.Tensor3D;
  /** True where a step was taken [batch, time]; absent where every step was. */
  readonly mask?: tf.Tensor2D;
  readonly padding: Padding;
}

/** Walks along checked sequences, inside of the caller's tidy; the step at t is `stepAt`'s, or the cell's own. */
export function walk<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S>,
  stepAt: (read: tf.Tensor3D) => StepAt<S> = (read) => cell.hoist?.(params, read) ?? stepwise(cell, params, read),
): Walk<S> {
  const [batch, time] = xs.shape;
  const { mask, padding } = stepsTaken(options, { batch, time });
  // NaN in the padding would reach the gradients of the weights as 0 · NaN.
  const read = mask ? zeroWhereMasked(xs, mask) : xs;
  const step = stepAt(read);
  const taken = mask && tf.split(mask, time, 1);
  const order = [...Array(time).keys()];
  if (options.reverse) order.reverse();
  const states = new Array<S>(time);
  let state = options.initialState ?? cell.initialState(params, batch);
  for (const t of order) {
    const next = step(t, state);
    state = taken ? select(at(taken, t), next, state) : next;
    states[t] = state;
  }
  return { order, states, final: state, read, ...(mask && { mask }), padding };
}

/** The step at t by the cell's `step` alone. */
export function stepwise<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
): StepAt<S> {
  const x = unstackTime(xs);
  return (t, state) => cell.step(params, at(x, t), state);
}

/** Each sequence's new state where its step was taken [batch, 1], its old one elsewhere. */
function select<S extends State>(taken: tf.Tensor, next: S, previous: S): S {
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => [name, tf.where(taken, value, previous[name] ?? value)]),
  ) as unknown as S;
}
