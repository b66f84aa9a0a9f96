import type * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  type Cell,
  type PaddedOptions,
  type Padding,
  type Params,
  type State,
  type StepsTaken,
} from '../cells';
import { checkSize } from '../tensor';

/** How to cut a long sequence into windows, and how to walk along them. */
export interface WindowOptions<S extends State> extends Omit<PaddedOptions<S>, 'reverse'> {
  /** How many time steps a window has, which is how far back a gradient reaches; the last window has what is left. */
  readonly window: number;
}

/** Which steps of a long sequence a window has. */
export interface Window {
  /** The first time step. */
  readonly start: number;
  /** The time step after the last. */
  readonly end: number;
}

/** One window's share of a long sequence. */
export interface WindowPart {
  readonly xs: tf.Tensor3D;
  readonly options: Readonly<{ mask?: tf.Tensor2D; padding: Padding }>;
}

/**
 * @returns the windows in their order
 * @throws Error, before any op runs, for a window that is no positive integer, and for what {@link unroll} refuses
 */
export function cutWindows<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: WindowOptions<S>,
): Window[] {
  const { time } = checkSequence(cell, params, xs, options);
  checkSize('window', options.window);
  const starts = Array.from({ length: Math.ceil(time / options.window) }, (_, i) => i * options.window);
  return starts.map((start) => ({ start, end: Math.min(start + options.window, time) }));
}

/** What a window sees of the inputs and of the mask, which is made once for all windows. */
export function windowPart(xs: tf.Tensor3D, { mask, padding }: StepsTaken, { start, end }: Window): WindowPart {
  const size = end - start;
  return {
    xs: xs.slice([0, start, 0], [-1, size, -1]),
    options: { ...(mask && { mask: mask.slice([0, start], [-1, size]) }), padding },
  };
}
