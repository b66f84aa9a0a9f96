import * as tf from '@tensorflow/tfjs-node';
import type { State } from '../cells';

/**
 * The same numbers, through which no gradient passes: the border between two windows of truncated backpropagation.
 * Williams and Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent network trajectories.
 */
export function detach<S extends State>(state: S): S {
  return mapState(state, (value) => stopGradient(value));
}

/** A state that outlives the tidy of the window that it came from. */
export interface CarriedState<S extends State> {
  /** The state to start the next window with. */
  readonly state: S;
  /** Keeps a copy of this state, outside of every tidy, and frees the one before. */
  carry(state: S): void;
  /** Frees the state: call it after the last window. */
  dispose(): void;
}

/**
 * The state of a stream that is read window by window: start each window with `.state`, then `.carry(final)`.
 * Carried states are copies, so that no gradient reaches back into the window before.
 */
export function carriedState<S extends State>(initial: S): CarriedState<S> {
  let state = keep(initial);
  return {
    get state() {
      return state;
    },
    carry(next) {
      const previous = state;
      state = keep(next);
      tf.dispose(previous);
    },
    dispose() {
      tf.dispose(state);
    },
  };
}

function keep<S extends State>(state: S): S {
  return mapState(state, (value) => tf.keep(stopGradient(value)));
}

function mapState<S extends State>(state: S, f: (value: tf.Tensor2D) => tf.Tensor2D): S {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, f(value)])) as unknown as S;
}

const stopGradient = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor2D) => tf.Tensor2D;
