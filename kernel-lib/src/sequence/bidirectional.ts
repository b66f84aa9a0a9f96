import * as tf from '@tensorflow/tfjs-node';
import {
  checkDirections,
  checkMerge,
  checkSequence,
  type Cell,
  type Directions,
  type Merge,
  type Params,
  type State,
} from '../cells';
import { within } from '../tensor';
import { unroll, type Unrolled, type UnrollOptions } from './unroll';

/** How to read a sequence in both directions. */
export interface BidirectionalOptions<S extends State> extends Omit<UnrollOptions<S>, 'initialState' | 'reverse'> {
  /** 'concat' unless given. */
  readonly merge?: Merge;
  /** The state before each direction's first step; zeros unless given. */
  readonly initialState?: Partial<Directions<S>>;
}

/** What a cell made of a sequence in both directions, and both together. */
export type Bidirectional<S extends State> = Directions<Unrolled<S>> & {
  /** Both directions' outputs, merged: [batch, time, 2 hidden] by 'concat', [batch, time, hidden] otherwise. */
  readonly outputs: tf.Tensor3D;
};

/**
 * Bidirectional recurrent network, Schuster and Paliwal 1997, Bidirectional recurrent neural networks, section II.B, forward pass:
 *   h⃗_t = step(x_t, h⃗_{t-1}) for t = 1 ... T
 *   h⃖_t = step(x_t, h⃖_{t+1}) for t = T ... 1
 *   outputs_t = merge(h⃗_t, h⃖_t)
 * Each direction has parameters of its own. The backward direction starts at each sequence's own last step, and its final
 * state is the one at the first step. Both directions' outputs stand in the order of xs.
 * Shapes: xs [batch, time, input], mask [batch, time], lengths [batch], initialState.forward and .backward each [batch, hidden].
 *
 * @throws Error for what {@link unroll} refuses in either direction, for an unknown merge, and where 'sum', 'mul' or
 *   'average' meet two directions of different sizes
 */
export function bidirectional<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: Directions<P>,
  xs: tf.Tensor3D,
  options: BidirectionalOptions<S> & { readonly merge: 'none' },
): Directions<Unrolled<S>>;
export function bidirectional<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: Directions<P>,
  xs: tf.Tensor3D,
  options?: BidirectionalOptions<S> & { readonly merge?: Exclude<Merge, 'none'> },
): Bidirectional<S>;
export function bidirectional<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: Directions<P>,
  xs: tf.Tensor3D,
  { merge = 'concat', initialState = {}, ...padded }: BidirectionalOptions<S> = {},
): Directions<Unrolled<S>> | Bidirectional<S> {
  checkMerge(merge);
  checkDirections('params', params);
  const optionsOf = (direction: keyof Directions<S>): UnrollOptions<S> => {
    const start = initialState[direction];
    return { ...padded, ...(start && { initialState: start }), reverse: direction === 'backward' };
  };
  within('forward', () => checkSequence(cell, params.forward, xs, optionsOf('forward')));
  within('backward', () => checkSequence(cell, params.backward, xs, optionsOf('backward')));

  return tf.tidy(() => {
    const forward = within('forward', () => unroll(cell, params.forward, xs, optionsOf('forward')));
    const backward = within('backward', () => unroll(cell, params.backward, xs, optionsOf('backward')));
    if (merge === 'none') return { forward, backward };
    return { outputs: merged(merge, forward.outputs, backward.outputs), forward, backward };
  });
}

function merged(merge: Exclude<Merge, 'none'>, f: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  if (merge === 'concat') return tf.concat3d([f, b], 2);
  checkAlike(merge, f.shape[2], b.shape[2]);
  if (merge === 'mul') return f.mul(b);
  const sum = f.add<tf.Tensor3D>(b);
  return merge === 'sum' ? sum : sum.div(2);
}

/**
 * @throws Error unless both directions are as wide as each other, as all merges but 'concat' and 'none' need
 */
export function checkAlike(merge: Merge, forward: number, backward: number): void {
  if (forward === backward) return;
  throw new Error(
    `merge: got '${merge}' for ${forward} units forward and ${backward} backward, expected as many in both; only 'concat' and 'none' take them as they are.`,
  );
}
