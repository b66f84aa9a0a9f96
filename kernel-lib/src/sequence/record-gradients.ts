import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, zeroWhereMasked, type Cell, type PaddedOptions, type Params, type State } from '../cells';
import { at, stackTime, unstackTime } from '../tensor';
import type { OverTime } from './record';
import type { Unrolled } from './unroll';
import { stepwise, walk } from './walk';

/** E, and its gradients along one walk. */
export type RecordedGradients<P extends Params, S extends State> = Readonly<{
  /** E. */
  loss: tf.Scalar;
  /** ∂E/∂s_t of every part of the state after every step, each [batch, time, ...]; 0 where no step was taken. */
  states: OverTime<S>;
  /** ∂E/∂xs. */
  xs: tf.Tensor3D;
  /** The gradient of each parameter. */
  params: P;
}>;

/**
 * What comes back along a sequence, by autodiff: ∂E/∂h_t (and ∂E/∂c_t, ...) at every step, which is what later steps and the
 * loss together want of it, and the gradients of the inputs and the parameters.
 * ```ts
 * const { states } = recordGradients(lstm, params, xs, ({ final }) => final.h.square().mean());
 * states.h.norm('euclidean', [0, 2]); // how much reaches back to each step
 * ```
 * Shapes and options as for {@link unroll}.
 *
 * @param loss E, of what `unroll` gives
 * @throws Error, before any op runs, for what {@link unroll} refuses
 */
export function recordGradients<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  loss: (walked: Unrolled<S>) => tf.Scalar,
  options: PaddedOptions<S> = {},
): RecordedGradients<P, S> {
  checkSequence(cell, params, xs, options);
  return tf.tidy(() => {
    const [batch, time] = xs.shape;
    const parts = Object.entries(cell.initialState(params, batch));
    // Zeros added to each s_t: their gradient is that of s_t.
    const nudges = parts.map(([, { shape }]) => tf.zeros<tf.Rank.R3>([batch, time, shape[1]]));
    const weights = Object.entries(params);

    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const [xsNow, ...rest] = tensors;
      const now = Object.fromEntries(weights.map(([name], k) => [name, at(rest, k)])) as P;
      const nudged = parts.map(
        ([name], k) => [name, unstackTime(at(rest, weights.length + k) as tf.Tensor3D)] as const,
      );
      const walked = walk(cell, now, xsNow as tf.Tensor3D, options, (read) => {
        const step = cell.hoist?.(now, read) ?? stepwise(cell, now, read);
        return (t, state) => {
          const next = step(t, state);
          const moved = nudged.map(([name, nudge]) => [name, at(nudge, t).add(next[name] ?? NaN)]);
          return Object.fromEntries(moved) as S;
        };
      });
      const outputs = stackTime(walked.states.map(({ h }) => h));
      const { mask, padding, final } = walked;
      const E = loss({ outputs: mask && padding === 'zeros' ? zeroWhereMasked(outputs, mask) : outputs, final });
      // A part that the loss does not see (the last c of an LSTM) is to have a gradient of 0, not none.
      return tf.addN<tf.Scalar>([E, ...nudges.map((_, k) => at(rest, weights.length + k).mul(0).sum<tf.Scalar>())]); // prettier-ignore
    };
    const { value, grads } = tf.valueAndGrads(lossOf)([xs, ...Object.values(params), ...nudges]);
    const named = (names: readonly string[], from: number): unknown =>
      Object.fromEntries(names.map((name, k) => [name, at(grads, from + k)]));
    return {
      loss: value,
      states: named(parts.map(([name]) => name), 1 + weights.length) as OverTime<S>, // prettier-ignore
      xs: at(grads, 0) as tf.Tensor3D,
      params: named(weights.map(([name]) => name), 1) as P, // prettier-ignore
    };
  });
}
