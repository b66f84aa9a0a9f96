import * as tf from '@tensorflow/tfjs-node';
import type { GatedCell } from './cell';
import { jordanWith, type JordanForm, type JordanGates, type JordanOptions, type JordanParams } from './jordan';

/** The output y, by the name h, and the state units s, each [batch, output]. */
export type JordanDecayState = Readonly<{ h: tf.Tensor2D; s: tf.Tensor2D }>;

/** The Jordan network with state units of their own as a cell. */
export type JordanDecayCell = GatedCell<JordanParams, JordanDecayState, JordanOptions, JordanGates>;

/**
 * Jordan network whose state units remember by themselves: an exponentially weighted sum of all outputs so far, Jordan 1986,
 * Attractor dynamics and parallelism in a connectionist sequential machine:
 *   s_t = μ s_{t-1} + y_{t-1}
 *   hidden_t = f(x_t Wxh + s_t Wyh + bh)
 *   y_t = g(hidden_t Why + by)
 * The state's h is y. With μ = 0 it is `jordan`.
 * Shapes: x [batch, input], hidden [batch, hidden], y and s [batch, output].
 *
 * @param decay μ, from 0 up to, but not including, 1: how much of itself a state unit keeps from step to step
 * @throws Error for another decay, and for the name of an activation that is none
 */
export function jordanDecayWith({ decay, ...form }: JordanForm & { readonly decay: number }): JordanDecayCell {
  checkDecay(decay);
  const jordan = jordanWith(form);
  const remembered = ({ h: y, s }: JordanDecayState): tf.Tensor2D => s.mul(decay).add(y);
  return {
    name: jordan.name.endsWith(')') ? `${jordan.name.slice(0, -1)}, decay ${decay})` : `jordan (decay ${decay})`,

    init: (options) => jordan.init(options),
    sizes: (params) => jordan.sizes(params),

    initialState(params, batch) {
      const { h } = jordan.initialState(params, batch);
      return { h, s: tf.zerosLike(h) };
    },

    gates: (params, x, state) => jordan.gates(params, x, { h: remembered(state) }),

    step(params, x, state) {
      const s = remembered(state);
      return { ...jordan.step(params, x, { h: s }), s };
    },
  };
}

/**
 * @throws Error unless 0 ≤ decay < 1
 */
export function checkDecay(decay: number): void {
  if (!(decay >= 0 && decay < 1)) {
    throw new Error(`decay: got ${decay}, expected a number of at least 0 and less than 1.`);
  }
}
