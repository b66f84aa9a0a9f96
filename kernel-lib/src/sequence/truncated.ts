import * as tf from '@tensorflow/tfjs-node';
import { stepsTaken, type Cell, type Params, type State } from '../cells';
import { carriedState, detach, type CarriedState } from './state';
import { unroll, type Unrolled } from './unroll';
import { cutWindows, windowPart, type Window, type WindowOptions } from './windows';

/**
 * The same numbers as {@link unroll}, through which no gradient reaches back beyond the window that it starts in: truncated
 * backpropagation through time of a whole sequence at once. Williams and Peng 1990, An efficient gradient-based algorithm for
 * on-line training of recurrent network trajectories: BPTT(h; h'), each window being walked back once, from its own end.
 *   s_t = step(x_t, s_{t-1}), with ∂s_t / ∂s_{t-1} = 0 where t begins a window, but for the first
 * Shapes: as for {@link unroll}.
 *
 * @throws Error, before any op runs, for a window that is no positive integer, and for what {@link unroll} refuses
 */
export function unrollTruncated<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: WindowOptions<S>,
): Unrolled<S> {
  const windows = cutWindows(cell, params, xs, options);
  return tf.tidy(() => {
    const taken = stepsTaken(options, { batch: xs.shape[0], time: xs.shape[1] });
    let state = options.initialState ?? cell.initialState(params, xs.shape[0]);
    const outputs = windows.map((window) => {
      const part = windowPart(xs, taken, window);
      const initialState = window.start === 0 ? state : detach(state);
      const unrolled = unroll(cell, params, part.xs, { ...part.options, initialState });
      state = unrolled.final;
      return unrolled.outputs;
    });
    return { outputs: tf.concat3d(outputs, 1), final: state };
  });
}

/** One window of a long sequence, to be trained on. */
export interface TruncatedWindow<P extends Params> extends Window {
  /**
   * h after every step of the window [batch, end - start, hidden], from the state in which the window before ended. Call it
   * inside of the function whose gradient you take, with the parameters that this function is given, where it is given any.
   */
  readonly outputs: (params?: P) => tf.Tensor3D;
}

/**
 * Truncated backpropagation through time, one step of training after another: hands each window of a long sequence to
 * `train`, and carries the state from one window to the next, as numbers through which no gradient passes (see
 * {@link unrollTruncated}, which does it all in one). One window's tensors are freed before the next begins.
 * ```ts
 * truncatedBptt(lstm, params, xs, { window: 35 }, ({ outputs, start, end }) => {
 *   optimizer.minimize(() => loss(outputs(), labels.slice([0, start], [-1, end - start])));
 * });
 * ```
 * Tensors that `train` makes are freed after its window, unless it keeps them (`tf.keep`).
 * Shapes: as for {@link unroll}.
 *
 * @returns the state after the last window, for the caller to free, to go on with
 * @throws Error for a window that is no positive integer, for what {@link unroll} refuses, and where `train` did not ask for a
 *   window's outputs
 */
export function truncatedBptt<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: WindowOptions<S>,
  train: (window: TruncatedWindow<P>) => void,
): S {
  const windows = cutWindows(cell, params, xs, options);
  return tf.tidy(() => {
    const taken = stepsTaken(options, { batch: xs.shape[0], time: xs.shape[1] });
    const carried = carriedState(options.initialState ?? cell.initialState(params, xs.shape[0]));
    try {
      for (const window of windows) {
        tf.tidy(() => {
          const part = windowPart(xs, taken, window);
          trainOn(window, carried, train, (given = params) =>
            unroll(cell, given, part.xs, { ...part.options, initialState: carried.state }),
          );
        });
      }
      return detach(carried.state);
    } finally {
      carried.dispose();
    }
  });
}

/** Hands out one window, and carries the state in which its walk ended: of several walks (a line search), of the last one. */
function trainOn<P extends Params, S extends State>(
  { start, end }: Window,
  carried: CarriedState<S>,
  train: (window: TruncatedWindow<P>) => void,
  walk: (params?: P) => Unrolled<S>,
): void {
  const next = carriedState(carried.state);
  let walked = false as boolean;
  try {
    train({
      start,
      end,
      outputs: (params) => {
        const { outputs, final } = walk(params);
        next.carry(final);
        walked = true;
        return outputs;
      },
    });
    if (!walked) {
      throw new Error(
        `train: got no call of outputs() for the steps ${start} to ${end}, expected one; the state is carried by it.`,
      );
    }
    carried.carry(next.state);
  } finally {
    next.dispose();
  }
}
