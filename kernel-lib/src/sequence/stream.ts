import * as tf from '@tensorflow/tfjs-node';
import { checkParams, checkState, type Cell, type PaddedOptions, type Params, type State } from '../cells';
import { checkDtype, checkShape, checkSize } from '../tensor';
import { carriedState } from './state';
import { unroll } from './unroll';

/** How a stream begins. */
export interface StreamOptions<S extends State> {
  /** How many sequences are read side by side: 1 unless given, or as many as the initial state has. */
  readonly batch?: number;
  /** The state before the first step; zeros unless given. */
  readonly initialState?: S;
}

/** A cell that remembers where it stands in sequences that arrive bit by bit. */
export interface Stream<S extends State> {
  /** The state after the last step read. It belongs to the stream: clone what is to outlive the next step. */
  readonly state: S;
  /** One time step: x [batch, input] to h [batch, hidden]. */
  step(x: tf.Tensor2D): tf.Tensor2D;
  /** Several time steps, xs [batch, time, input], to their outputs [batch, time, hidden]. */
  steps(xs: tf.Tensor3D, options?: Omit<PaddedOptions<S>, 'initialState' | 'reverse'>): tf.Tensor3D;
  /** Goes back to the beginning, or to the given state, which stays its owner's. */
  reset(state?: S): void;
  /** Frees the state: call it after the last step. */
  dispose(): void;
}

/**
 * Reads sequences step by step, or piece by piece, and carries the state from one to the next: s_t = step(x_t, s_{t-1}).
 * All pieces together give what {@link unroll} gives for the whole. A gradient stays within the piece that it starts in, so
 * that memory does not grow with the stream. Parameters are read at every step: a variable may change in between.
 * ```ts
 * const ear = stream(gru, params);
 * for await (const x of microphone) tf.tidy(() => readout.apply(params, ear.step(x)).print());
 * ear.dispose();
 * ```
 *
 * @throws Error for a batch that is no positive integer, and, before any op of a step runs, for shapes that do not fit
 */
export function stream<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  { initialState, batch = initialState?.h.shape[0] ?? 1 }: StreamOptions<S> = {},
): Stream<S> {
  checkSize('batch', batch);
  const { inputSize } = checkParams(cell, params);
  if (initialState) checkState('initialState', initialState, cell, params, batch);
  const start = initialState ?? tf.tidy(() => cell.initialState(params, batch));
  const first = carriedState(start);
  const carried = carriedState(start);
  if (!initialState) tf.dispose(start);

  const checkLive = (): void => {
    if (!carried.state.h.isDisposed) return;
    throw new Error('the stream: got a step after dispose(), expected none; make another stream.');
  };

  return {
    get state() {
      return carried.state;
    },
    step(x) {
      checkLive();
      checkShape('x', x, [{ batch }, { input: inputSize }], 'it must match the stream and the input weights');
      checkDtype('x', x, 'float32');
      return tf.tidy(() => {
        const next = cell.step(params, x, carried.state);
        carried.carry(next);
        return next.h;
      });
    },
    steps(xs, options = {}) {
      checkLive();
      checkShape('xs', xs, [{ batch }, 'time', { input: inputSize }], 'it must match the stream and the input weights');
      return tf.tidy(() => {
        const { outputs, final } = unroll(cell, params, xs, { ...options, initialState: carried.state });
        carried.carry(final);
        return outputs;
      });
    },
    reset(state = first.state) {
      checkLive();
      checkState('state', state, cell, params, batch);
      tf.tidy(() => {
        carried.carry(state);
      });
    },
    dispose() {
      first.dispose();
      carried.dispose();
    },
  };
}
