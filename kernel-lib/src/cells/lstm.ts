import * as tf from '@tensorflow/tfjs-node';
import { checkShape } from '../tensor';
import { activate, checkActivation, type Activation } from './activation';
import type { GatedCell } from './cell';
import {
  checkGates,
  drawGates,
  hoistGates,
  joinGates,
  type GateOptions,
  type GateParams,
  type PerGate,
} from './lstm-gates';

/** Of each gate k in i, f, o and of the candidate g: Wxk [input, hidden], Whk [hidden, hidden], bk [hidden]. */
export type LstmParams = GateParams<'i' | 'f' | 'o' | 'g'>;

/** The output h and the memory c, each [batch, hidden]. */
export type LstmState = Readonly<{ h: tf.Tensor2D; c: tf.Tensor2D }>;

/** How to draw an LSTM's parameters. */
export interface LstmOptions extends GateOptions {
  /**
   * bf starts at 1 rather than 0, so that the memory lasts until training decides otherwise (Jozefowicz, Zaremba and Sutskever
   * 2015, An empirical exploration of recurrent network architectures, section 2.2). True unless given, as in Keras.
   */
  readonly unitForgetBias?: boolean;
}

/** The nonlinearities of an LSTM. Keras calls σ `recurrent_activation`, and φ and ψ together `activation`. */
export interface LstmActivations {
  /** σ, of i, f and o: sigmoid unless given. */
  readonly gateActivation?: Activation;
  /** φ, of the candidate g: tanh unless given. */
  readonly candidateActivation?: Activation;
  /** ψ, of the memory on its way out: tanh unless given. With linear, h_t = o_t ⊙ c_t. */
  readonly outputActivation?: Activation;
}

/** The gates i, f and o and the candidate g, each as wide as the memory. */
export type LstmGates = PerGate<'i' | 'f' | 'o' | 'g'>;

/** The long short-term memory as a cell. */
export type LstmCell = GatedCell<LstmParams, LstmState, LstmOptions, LstmGates>;

const gates = ['i', 'f', 'o', 'g'] as const;

/**
 * Long short-term memory, Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000,
 * Learning to forget.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + bi)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + bf)
 *   o_t = σ(x_t Wxo + h_{t-1} Who + bo)
 *   g_t = φ(x_t Wxg + h_{t-1} Whg + bg)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   h_t = o_t ⊙ ψ(c_t)
 * with σ the sigmoid and φ = ψ = tanh unless said otherwise.
 * Shapes: x [batch, input]; h, c and every gate [batch, hidden].
 *
 * @throws Error for the name of an activation that is none
 */
export function lstmWith(activations: LstmActivations = {}): LstmCell {
  const { σ, φ, ψ } = nonlinearities(activations);
  const gatesOf = lstmGates(activations);
  return {
    name: nameWith('lstm', activations),

    init: (options) => withForgetBias(drawGates(gates, options), options),

    sizes(params) {
      const { hidden } = checkShape('Whi', params.Whi, ['hidden', 'hidden']);
      return { inputSize: checkGates(gates, params, { hidden, cell: hidden }, 'Whi'), hiddenSize: hidden };
    },

    initialState: ({ Whi }, batch) => ({ h: tf.zeros([batch, Whi.shape[0]]), c: tf.zeros([batch, Whi.shape[0]]) }),

    gates: gatesOf,

    step(params, x, { h, c }) {
      const { i, f, o, g } = gatesOf(params, x, { h, c });
      const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(g));
      return { h: o.mul(ψ(c_t)), c: c_t };
    },

    hoist(params, xs) {
      const gatesAt = hoistGates(gates, joinGates(gates, params), xs);
      return (t, { h, c }) => {
        const a = gatesAt(t, h);
        const c_t = σ(a.f)
          .mul(c)
          .add<tf.Tensor2D>(σ(a.i).mul(φ(a.g)));
        return { h: σ(a.o).mul(ψ(c_t)), c: c_t };
      };
    },
  };
}

/** {@link lstmWith} sigmoid and tanh, the usual one. */
export const lstm: LstmCell = lstmWith();

/** i, f, o and g of the LSTM, with or without a projection. */
export function lstmGates(activations: LstmActivations): LstmCell['gates'] {
  const { σ, φ } = nonlinearities(activations);
  return ({ Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxg, Whg, bg }, x, { h }) => ({
    i: σ(x.matMul(Wxi).add(h.matMul(Whi)).add(bi)),
    f: σ(x.matMul(Wxf).add(h.matMul(Whf)).add(bf)),
    o: σ(x.matMul(Wxo).add(h.matMul(Who)).add(bo)),
    g: φ(x.matMul(Wxg).add(h.matMul(Whg)).add(bg)),
  });
}

type Nonlinearity = (a: tf.Tensor) => tf.Tensor2D;

/**
 * σ, φ and ψ as functions.
 *
 * @throws Error for a name that is none
 */
export function nonlinearities(activations: LstmActivations): Readonly<Record<'σ' | 'φ' | 'ψ', Nonlinearity>> {
  for (const [argument, activation] of Object.entries(chosen(activations))) checkActivation(activation, argument);
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh' } = activations;
  return {
    σ: (a) => activate(gateActivation, a as tf.Tensor2D),
    φ: (a) => activate(candidateActivation, a as tf.Tensor2D),
    ψ: (a) => activate(outputActivation, a as tf.Tensor2D),
  };
}

/** bf as `unitForgetBias` asks for it. */
export function withForgetBias<P extends { readonly bf: tf.Tensor1D }>(
  params: P,
  { unitForgetBias = true }: { readonly unitForgetBias?: boolean },
): P {
  if (!unitForgetBias) return params;
  params.bf.dispose();
  return { ...params, bf: tf.ones(params.bf.shape) };
}

/** The name, followed by what was asked for: `lstm (gate hard_sigmoid)`. */
export function nameWith(name: string, activations: LstmActivations, ...more: readonly string[]): string {
  const named = Object.entries(chosen(activations)).map(([key, value]) => `${key.replace('Activation', '')} ${value}`);
  const asked = [...more, ...named];
  return asked.length === 0 ? name : `${name} (${asked.join(', ')})`;
}

/** The activations alone, out of options that may hold more. */
function chosen({ gateActivation, candidateActivation, outputActivation }: LstmActivations): Record<string, string> {
  return {
    ...(gateActivation && { gateActivation }),
    ...(candidateActivation && { candidateActivation }),
    ...(outputActivation && { outputActivation }),
  };
}
