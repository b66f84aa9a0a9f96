import * as tf from '@tensorflow/tfjs-node';
import { checkShape } from '../tensor';
import type { GatedCell } from './cell';
import { nameWith, nonlinearities, type LstmActivations, type LstmState } from './lstm';
import {
  checkGates,
  drawGates,
  hoistGates,
  joinGates,
  type GateOptions,
  type GateParams,
  type PerGate,
} from './lstm-gates';

/** Of the gates i and o and of the candidate g: Wxk [input, hidden], Whk [hidden, hidden], bk [hidden]. */
export type CifgParams = GateParams<'i' | 'o' | 'g'>;

/** The LSTM with coupled input and forget gates as a cell. */
export type CifgCell = GatedCell<CifgParams, LstmState, GateOptions, PerGate<'i' | 'o' | 'g'>>;

const gates = ['i', 'o', 'g'] as const;

/**
 * LSTM with coupled input and forget gates: it forgets as much as it takes in. Greff et al. 2017, LSTM: a search space odyssey,
 * variant CIFG.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + bi)
 *   o_t = σ(x_t Wxo + h_{t-1} Who + bo)
 *   g_t = φ(x_t Wxg + h_{t-1} Whg + bg)
 *   c_t = (1 − i_t) ⊙ c_{t-1} + i_t ⊙ g_t
 *   h_t = o_t ⊙ ψ(c_t)
 * Shapes: x [batch, input]; h, c and every gate [batch, hidden].
 *
 * @throws Error for the name of an activation that is none
 */
export function cifgWith(activations: LstmActivations = {}): CifgCell {
  const { σ, φ, ψ } = nonlinearities(activations);
  const gatesOf: CifgCell['gates'] = ({ Wxi, Whi, bi, Wxo, Who, bo, Wxg, Whg, bg }, x, { h }) => ({
    i: σ(x.matMul(Wxi).add(h.matMul(Whi)).add(bi)),
    o: σ(x.matMul(Wxo).add(h.matMul(Who)).add(bo)),
    g: φ(x.matMul(Wxg).add(h.matMul(Whg)).add(bg)),
  });
  return {
    name: nameWith('cifg', activations),

    init: (options) => drawGates(gates, options),

    sizes(params) {
      const { hidden } = checkShape('Whi', params.Whi, ['hidden', 'hidden']);
      return { inputSize: checkGates(gates, params, { hidden, cell: hidden }, 'Whi'), hiddenSize: hidden };
    },

    initialState: ({ Whi }, batch) => ({ h: tf.zeros([batch, Whi.shape[0]]), c: tf.zeros([batch, Whi.shape[0]]) }),

    gates: gatesOf,

    step(params, x, { h, c }) {
      const { i, o, g } = gatesOf(params, x, { h, c });
      const c_t = tf.sub(1, i).mul(c).add<tf.Tensor2D>(i.mul(g));
      return { h: o.mul(ψ(c_t)), c: c_t };
    },

    hoist(params, xs) {
      const gatesAt = hoistGates(gates, joinGates(gates, params), xs);
      return (t, { h, c }) => {
        const a = gatesAt(t, h);
        const i = σ(a.i);
        const c_t = tf
          .sub(1, i)
          .mul(c)
          .add<tf.Tensor2D>(i.mul(φ(a.g)));
        return { h: σ(a.o).mul(ψ(c_t)), c: c_t };
      };
    },
  };
}

/** {@link cifgWith} sigmoid and tanh, the usual one. */
export const cifg: CifgCell = cifgWith();
