import * as tf from '@tensorflow/tfjs-node';
import { checkShape, checkSize, glorotUniform, orthogonal, type Initializer, type Rng } from '../tensor';
import { activate, checkActivation, type Activation } from './activation';
import type { GatedCell } from './cell';

/** Wxh [input, hidden], Wyh [output, hidden], bh [hidden], Why [hidden, output], by [output]. */
export type JordanParams = Readonly<{
  Wxh: tf.Tensor2D;
  Wyh: tf.Tensor2D;
  bh: tf.Tensor1D;
  Why: tf.Tensor2D;
  by: tf.Tensor1D;
}>;

/** h holds the output y [batch, output], for by that name every cell hands on what it puts out. */
export type JordanState = Readonly<{ h: tf.Tensor2D }>;

/** The hidden units [batch, hidden]. */
export type JordanGates = Readonly<{ hidden: tf.Tensor2D }>;

/** How to draw a Jordan network's parameters. Glorot for Wxh and Why, orthogonal for Wyh, zeros for the biases, unless said otherwise. */
export interface JordanOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** How wide y is, which is what `sizes` calls hiddenSize, as the next layer sees it: as many as hidden units unless given. */
  readonly outputSize?: number;
  readonly rng: Rng;
  readonly initializers?: { readonly Wxh?: Initializer; readonly Wyh?: Initializer; readonly Why?: Initializer };
}

/** The nonlinearities of a Jordan network. */
export interface JordanForm {
  /** f, of the hidden units: tanh unless given. */
  readonly activation?: Activation;
  /** g, of the output: linear unless given. */
  readonly outputActivation?: Activation;
}

/** The Jordan network as a cell. */
export type JordanCell = GatedCell<JordanParams, JordanState, JordanOptions, JordanGates>;

/**
 * Recurrent network whose memory is its own output, Jordan 1986, Attractor dynamics and parallelism in a connectionist
 * sequential machine:
 *   hidden_t = f(x_t Wxh + y_{t-1} Wyh + bh)
 *   y_t = g(hidden_t Why + by)
 * The state's h is y.
 * Shapes: x [batch, input], hidden [batch, hidden], y [batch, output].
 *
 * @throws Error for the name of an activation that is none
 */
export function jordanWith({ activation = 'tanh', outputActivation = 'linear' }: JordanForm = {}): JordanCell {
  checkActivation(activation);
  checkActivation(outputActivation, 'outputActivation');
  const asked = [
    ...(activation === 'tanh' ? [] : [activation]),
    ...(outputActivation === 'linear' ? [] : [`output ${outputActivation}`]),
  ];
  const gates: JordanCell['gates'] = ({ Wxh, Wyh, bh }, x, { h: y }) => ({
    hidden: activate(activation, x.matMul(Wxh).add(y.matMul(Wyh)).add<tf.Tensor2D>(bh)),
  });
  return {
    name: asked.length === 0 ? 'jordan' : `jordan (${asked.join(', ')})`,

    init({ inputSize, hiddenSize, outputSize = hiddenSize, rng, initializers = {} }) {
      checkSize('inputSize', inputSize);
      checkSize('hiddenSize', hiddenSize);
      checkSize('outputSize', outputSize);
      const { Wxh = glorotUniform, Wyh = orthogonal, Why = glorotUniform } = initializers;
      return {
        Wxh: Wxh(rng, [inputSize, hiddenSize]),
        Wyh: Wyh(rng, [outputSize, hiddenSize]),
        bh: tf.zeros([hiddenSize]),
        Why: Why(rng, [hiddenSize, outputSize]),
        by: tf.zeros([outputSize]),
      };
    },

    sizes({ Wxh, Wyh, bh, Why, by }) {
      const { hidden, output } = checkShape('Why', Why, ['hidden', 'output']);
      const { input } = checkShape('Wxh', Wxh, ['input', { hidden }], 'the last axis must match the first of Why');
      checkShape('Wyh', Wyh, [{ output }, { hidden }], 'it must match Why, turned round');
      checkShape('bh', bh, [{ hidden }], 'it must match the first axis of Why');
      checkShape('by', by, [{ output }], 'it must match the last axis of Why');
      return { inputSize: input, hiddenSize: output };
    },

    initialState: ({ Wyh }, batch) => ({ h: tf.zeros([batch, Wyh.shape[0]]) }),

    gates,

    step(params, x, state) {
      const { hidden } = gates(params, x, state);
      const a: tf.Tensor2D = hidden.matMul(params.Why).add(params.by);
      return { h: activate(outputActivation, a) };
    },
  };
}

/** {@link jordanWith} tanh and a linear output. */
export const jordan: JordanCell = jordanWith();
