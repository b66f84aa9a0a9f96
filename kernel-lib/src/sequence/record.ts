import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  zeroWhereMasked,
  type Cell,
  type GatedCell,
  type Gates,
  type PaddedOptions,
  type Params,
  type State,
  type StepAt,
} from '../cells';
import { at, stackTime, unstackTime } from '../tensor';
import type { Unrolled } from './unroll';
import { walk, type Walk } from './walk';

/** One tensor [batch, time, ...] for each name. */
export type OverTime<Named> = Readonly<{ [Name in keyof Named]: tf.Tensor3D }>;

/** What a cell made of a sequence, and how. */
export type Recording<S extends State, G> = Unrolled<S> &
  Readonly<{
    /** Every part of the state after every step, each [batch, time, as wide as it is]: `states.h`, `states.c`. */
    states: OverTime<S>;
    /** Every gate at every step, each [batch, time, as wide as it is], and 0 where no step was taken: `gates.f`. */
    gates: OverTime<G>;
  }>;

/**
 * {@link unroll}, step by step, with everything that came by: each part of the state after every step, and each gate by its name in
 * the equations. Differentiable like `unroll`, but slower.
 * ```ts
 * const { states, gates } = record(lstm, params, xs);
 * gates.f; // [batch, time, hidden]
 * ```
 * Shapes and options as for {@link unroll}.
 *
 * @throws Error, before any op runs, for what {@link unroll} refuses
 */
export function record<P extends Params, S extends State, Options, G extends Gates>(
  cell: GatedCell<P, S, Options, G>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S> = {},
): Recording<S, G> {
  checkSequence(cell, params, xs, options);
  return tf.tidy(() => {
    const { walked, gates } = walkNoting(cell, params, xs, options);
    const { mask, padding, final } = walked;
    const taken = (values: tf.Tensor3D): tf.Tensor3D => (mask ? zeroWhereMasked(values, mask) : values);
    const states = overTime<S>(walked.states);
    return {
      outputs: padding === 'zeros' ? taken(states.h) : states.h.clone(),
      final,
      states,
      gates: Object.fromEntries(
        Object.entries<tf.Tensor3D>(gates).map(([name, value]) => [name, taken(value)]),
      ) as OverTime<G>,
    };
  });
}

/** A walk that notes the gates, where the cell shows any, each [batch, time, ...] and whatever it is where no step was taken. */
export function walkNoting<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S>,
): { readonly walked: Walk<S>; readonly gates: Readonly<Record<string, tf.Tensor3D>> } {
  const noted = new Array<Gates>(xs.shape[1]);
  const walked = walk(cell, params, xs, options, (read): StepAt<S> => {
    const x = unstackTime(read);
    return (t, state) => {
      noted[t] = cell.gates?.(params, at(x, t), state) ?? {};
      return cell.step(params, at(x, t), state);
    };
  });
  return { walked, gates: overTime(noted) };
}

/** Each step's tensors, put together by name: [batch, time, ...]. */
export function overTime<Named extends Readonly<Record<string, tf.Tensor2D>>>(
  steps: readonly Named[],
): OverTime<Named> {
  const lists: Record<string, tf.Tensor2D[]> = {};
  for (const step of steps) {
    for (const [name, value] of Object.entries(step)) (lists[name] ??= []).push(value);
  }
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, stackTime(list)]),
  ) as unknown as OverTime<Named>;
}
