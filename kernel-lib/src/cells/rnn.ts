import * as tf from '@tensorflow/tfjs-node';
import {
  affine,
  at,
  checkShape,
  checkSize,
  glorotUniform,
  orthogonal,
  unstackTime,
  type Initializer,
  type Rng,
} from '../tensor';
import { activate, checkActivation, type Activation } from './activation';
import type { GatedCell } from './cell';

/** Wxh [input, hidden], Whh [hidden, hidden], bh [hidden]. */
export type RnnParams = Readonly<{ Wxh: tf.Tensor2D; Whh: tf.Tensor2D; bh: tf.Tensor1D }>;

/** h [batch, hidden]. */
export type RnnState = Readonly<{ h: tf.Tensor2D }>;

/** How to draw an RNN's parameters. Glorot for Wxh, orthogonal for Whh, zeros for bh, unless said otherwise. */
export interface RnnOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Wxh?: Initializer; readonly Whh?: Initializer };
}

/** a, what f is taken of [batch, hidden]. */
export type RnnGates = Readonly<{ a: tf.Tensor2D }>;

/** The simple recurrent network as a cell. */
export type RnnCell = GatedCell<RnnParams, RnnState, RnnOptions, RnnGates>;

/**
 * Simple recurrent network, Elman 1990, Finding structure in time.
 *   a_t = x_t Wxh + h_{t-1} Whh + bh
 *   h_t = f(a_t)
 * Shapes: x [batch, input], h [batch, hidden].
 *
 * @param f tanh, relu for the networks of Le, Jaitly and Hinton 2015, or any other {@link Activation}
 * @throws Error for a name that is none
 */
export function rnnWith(f: Activation): RnnCell {
  checkActivation(f);
  const gates = ({ Wxh, Whh, bh }: RnnParams, x: tf.Tensor2D, { h }: RnnState): RnnGates => ({
    a: x.matMul(Wxh).add(h.matMul(Whh)).add(bh),
  });
  return {
    name: f === 'tanh' ? 'rnn' : `rnn (${f})`,

    init({ inputSize, hiddenSize, rng, initializers = {} }) {
      checkSize('inputSize', inputSize);
      checkSize('hiddenSize', hiddenSize);
      const { Wxh = glorotUniform, Whh = orthogonal } = initializers;
      return {
        Wxh: Wxh(rng, [inputSize, hiddenSize]),
        Whh: Whh(rng, [hiddenSize, hiddenSize]),
        bh: tf.zeros([hiddenSize]),
      };
    },

    sizes({ Wxh, Whh, bh }) {
      const { hidden } = checkShape('Whh', Whh, ['hidden', 'hidden']);
      const { input } = checkShape('Wxh', Wxh, ['input', { hidden }], 'the last axis must match Whh');
      checkShape('bh', bh, [{ hidden }], 'it must match Whh');
      return { inputSize: input, hiddenSize: hidden };
    },

    initialState: ({ Whh }, batch) => ({ h: tf.zeros([batch, Whh.shape[0]]) }),

    gates,

    step(params, x, state) {
      const { a } = gates(params, x, state);
      return { h: activate(f, a) };
    },

    hoist({ Wxh, Whh, bh }, xs) {
      const xWxh = unstackTime(affine(xs, Wxh, bh));
      return (t, { h }) => ({ h: activate(f, at(xWxh, t).add<tf.Tensor2D>(h.matMul(Whh))) });
    },
  };
}

/** {@link rnnWith} tanh, the usual one. */
export const rnn: RnnCell = rnnWith('tanh');
