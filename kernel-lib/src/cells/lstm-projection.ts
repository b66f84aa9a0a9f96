import * as tf from '@tensorflow/tfjs-node';
import { checkShape, checkSize, glorotUniform, type Initializer } from '../tensor';
import type { GatedCell } from './cell';
import {
  lstmGates,
  nameWith,
  nonlinearities,
  withForgetBias,
  type LstmActivations,
  type LstmGates,
  type LstmOptions,
  type LstmParams,
  type LstmState,
} from './lstm';
import { checkGates, drawGates, hoistGates, joinGates } from './lstm-gates';

/** Of i, f, o and g: Wxk [input, cell], Whk [hidden, cell], bk [cell]; and Wmh [cell, hidden]. */
export type LstmProjectionParams = LstmParams & Readonly<{ Wmh: tf.Tensor2D }>;

/** How to draw the parameters of an LSTM with a projection. Glorot for Wmh, unless said otherwise. */
export interface LstmProjectionOptions extends LstmOptions {
  /** How wide c is: PyTorch's `hidden_size`, where `hiddenSize` is its `proj_size`. As wide as h unless given. */
  readonly cellSize?: number;
  readonly initializers?: LstmOptions['initializers'] & { readonly Wmh?: Initializer };
}

/** The LSTM with a projection as a cell. */
export type LstmProjectionCell = GatedCell<LstmProjectionParams, LstmState, LstmProjectionOptions, LstmGates>;

const gates = ['i', 'f', 'o', 'g'] as const;

/**
 * LSTM with a recurrent projection layer, whose memory may be wide while h, and with it every Whk, stays narrow.
 * Sak, Senior and Beaufays 2014, Long short-term memory recurrent neural network architectures for large scale acoustic
 * modeling, without their peepholes; PyTorch's proj_size.
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + bi)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + bf)
 *   o_t = σ(x_t Wxo + h_{t-1} Who + bo)
 *   g_t = φ(x_t Wxg + h_{t-1} Whg + bg)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   m_t = o_t ⊙ ψ(c_t)
 *   h_t = m_t Wmh
 * Shapes: x [batch, input]; c, m and every gate [batch, cell]; h [batch, hidden].
 *
 * @throws Error for the name of an activation that is none
 */
export function lstmProjectionWith(activations: LstmActivations = {}): LstmProjectionCell {
  const { σ, φ, ψ } = nonlinearities(activations);
  const gatesOf = lstmGates(activations);
  return {
    name: nameWith('lstm', activations, 'projection'),

    init(options) {
      const { hiddenSize, rng, initializers: { Wmh = glorotUniform } = {} } = options;
      if (options.cellSize !== undefined) checkSize('cellSize', options.cellSize);
      const cellSize = options.cellSize ?? hiddenSize;
      const params = withForgetBias(drawGates(gates, options, cellSize), options);
      return { ...params, Wmh: Wmh(rng, [cellSize, hiddenSize]) };
    },

    sizes(params) {
      const widths = checkShape('Wmh', params.Wmh, ['cell', 'hidden']);
      return { inputSize: checkGates(gates, params, widths, 'Wmh'), hiddenSize: widths.hidden };
    },

    initialState: ({ Wmh }, batch) => ({ h: tf.zeros([batch, Wmh.shape[1]]), c: tf.zeros([batch, Wmh.shape[0]]) }),

    gates: gatesOf,

    step(params, x, { h, c }) {
      const { i, f, o, g } = gatesOf(params, x, { h, c });
      const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(g));
      const m = o.mul<tf.Tensor2D>(ψ(c_t));
      return { h: m.matMul(params.Wmh) as tf.Tensor2D, c: c_t };
    },

    hoist(params, xs) {
      const gatesAt = hoistGates(gates, joinGates(gates, params), xs);
      return (t, { h, c }) => {
        const a = gatesAt(t, h);
        const c_t = σ(a.f)
          .mul(c)
          .add<tf.Tensor2D>(σ(a.i).mul(φ(a.g)));
        const m = σ(a.o).mul<tf.Tensor2D>(ψ(c_t));
        return { h: m.matMul(params.Wmh) as tf.Tensor2D, c: c_t };
      };
    },
  };
}

/** {@link lstmProjectionWith} sigmoid and tanh, the usual one. */
export const lstmProjection: LstmProjectionCell = lstmProjectionWith();
