import { identity, normalTensor } from '../tensor';
import type { GatedCell } from './cell';
import { rnnWith, type RnnGates, type RnnOptions, type RnnParams, type RnnState } from './rnn';

/** How to draw an IRNN's parameters. */
export interface IrnnOptions extends RnnOptions {
  /** Whh starts at scale · I: 1 unless given, less for what need not be remembered long. */
  readonly scale?: number;
}

/** The identity RNN as a cell. */
export type IrnnCell = GatedCell<RnnParams, RnnState, IrnnOptions, RnnGates>;

/**
 * Simple recurrent network of rectified linear units that starts by remembering everything, Le, Jaitly and Hinton 2015, A
 * simple way to initialize recurrent networks of rectified linear units:
 *   a_t = x_t Wxh + h_{t-1} Whh + bh
 *   h_t = max(a_t, 0)
 * with Whh = scale · I, bh = 0 and Wxh from N(0, 0.001²) to begin with, unless other initializers are given.
 * Shapes: x [batch, input], h [batch, hidden].
 */
export const irnn: IrnnCell = {
  ...rnnWith('relu'),
  name: 'irnn',

  init({ scale = 1, initializers, ...options }) {
    if (!Number.isFinite(scale)) throw new Error(`scale: got ${scale}, expected a finite number.`);
    return rnnWith('relu').init({
      ...options,
      initializers: {
        Wxh: (rng, shape) => normalTensor(rng, shape, 0.001),
        Whh: (rng, shape) => identity(rng, shape, scale),
        ...initializers,
      },
    });
  },
};
