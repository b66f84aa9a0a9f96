import * as tf from '@tensorflow/tfjs-node';
import { affine, logSigmoid } from '../tensor';
import {
  drawLinear,
  hoistLinear,
  linearSizes,
  minimalCandidate,
  type LinearCell,
  type LinearOptions,
  type LinearParams,
  type MinimalForm,
} from './linear';

/** Of the gates f and i and of the candidate h̃: Wxk [input, hidden], bk [hidden]. */
export type MinLstmParams = LinearParams<'f' | 'i' | 'h'>;

/** f′ and i′, which sum up to 1, as f and i, and the candidate h̃, each [batch, hidden]. */
export type MinLstmGates = Readonly<{ f: tf.Tensor2D; i: tf.Tensor2D; hTilde: tf.Tensor2D }>;

/** The minimal LSTM as a cell. */
export type MinLstmCell = LinearCell<MinLstmParams, LinearOptions, MinLstmGates>;

const names = ['f', 'i', 'h'] as const;

/**
 * Minimal LSTM, Feng et al. 2024, Were RNNs all we needed?, section 3.2: no gate looks at the state, there is no memory but h,
 * and what is kept and what is taken in come to 1.
 *   f_t = σ(x_t Wxf + bf)
 *   i_t = σ(x_t Wxi + bi)
 *   f′_t = f_t / (f_t + i_t) = σ(ln f_t − ln i_t)
 *   i′_t = i_t / (f_t + i_t) = σ(ln i_t − ln f_t)
 *   h̃_t = x_t Wxh + bh
 *   h_t = f′_t ⊙ h_{t-1} + i′_t ⊙ h̃_t
 * With `log`, h̃_t = g(x_t Wxh + bh) as in `minGruWith`. Where both f and i are too small for float32, their logarithms are not.
 * Shapes: x [batch, input]; h and every gate [batch, hidden].
 */
export function minLstmWith(form: MinimalForm = {}): MinLstmCell {
  const gatesAt = <T extends tf.Tensor>(params: MinLstmParams, x: T): { f: T; i: T; hTilde: T } => {
    const { Wxf, bf, Wxi, bi, Wxh, bh } = params;
    const logF = logSigmoid(affine(x, Wxf, bf));
    const logI = logSigmoid(affine(x, Wxi, bi));
    return {
      f: tf.sigmoid(logF.sub<T>(logI)),
      i: tf.sigmoid(logI.sub<T>(logF)),
      hTilde: minimalCandidate(affine(x, Wxh, bh), form),
    };
  };
  const linear: MinLstmCell['linear'] = (params, xs) => {
    const { f, i, hTilde } = gatesAt(params, xs);
    return { a: f, b: i.mul(hTilde) };
  };
  return {
    name: form.log ? 'minLstm (log)' : 'minLstm',
    init: (options) => drawLinear(names, options),
    sizes: (params) => linearSizes(names, params),
    initialState: ({ Wxh }, batch) => ({ h: tf.zeros([batch, Wxh.shape[1]]) }),
    gates: (params, x) => gatesAt(params, x),

    step(params, x, { h }) {
      const { f, i, hTilde } = gatesAt(params, x);
      return { h: f.mul(h).add(i.mul(hTilde)) };
    },

    hoist: (params, xs) => hoistLinear(linear(params, xs)),
    linear,
  };
}

/** {@link minLstmWith} a candidate of any sign. */
export const minLstm: MinLstmCell = minLstmWith();

/** {@link minLstmWith} a positive candidate. */
export const minLstmLog: MinLstmCell = minLstmWith({ log: true });
