import * as tf from '@tensorflow/tfjs-node';
import { lstmProjectionWith, type LstmProjectionParams } from '../cells';
import { nonlinearities } from '../cells/lstm';
import type { PerGate } from '../cells/lstm-gates';
import { slopes, type LstmBackwardOptions, type LstmGradients } from './lstm';
import { checkBackward, throughTime } from './lstm-through-time';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type LstmProjectionGradients = LstmGradients & Readonly<{ dWmh: tf.Tensor2D }>;

/**
 * Backpropagation through time by hand for the LSTM with a projection, given dOutputs_t = ∂E/∂h_t as the readout sees it. From
 * the last step to the first:
 *   dh_t = dOutputs_t + Σ_k da_k,t+1 Whkᵀ
 *   dm_t = dh_t Wmhᵀ
 *   dc_t = dm_t ⊙ o_t ⊙ ψ'(c_t) + dc_{t+1} ⊙ f_{t+1}
 *   da_o = dm_t ⊙ ψ(c_t) ⊙ σ'(a_o)
 *   da_i = dc_t ⊙ g_t ⊙ σ'(a_i)
 *   da_f = dc_t ⊙ c_{t-1} ⊙ σ'(a_f)
 *   da_g = dc_t ⊙ i_t ⊙ φ'(a_g)
 * then, summed over all steps at once, besides what `bptt.lstm` sums:
 *   dWmh = Σ_t m_tᵀ dh_t
 * A masked step passes dh_t and dc_t on unchanged and has da_k = 0 and no share in dWmh.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function lstmProjection(
  params: LstmProjectionParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: LstmBackwardOptions = {},
): LstmProjectionGradients {
  checkBackward(lstmProjectionWith(options), params, xs, dOutputs, options);
  const { σ, φ, ψ } = nonlinearities(options);
  const { dσ, dφ, dψ } = slopes(options);

  return tf.tidy(() => {
    const { Wmh } = params;
    const WmhT = Wmh.transpose();
    const { gradients, steps } = throughTime(
      {
        gates: ['i', 'f', 'o', 'g'],
        forward(a: PerGate<'i' | 'f' | 'o' | 'g'>, cBefore) {
          const [i, f, o, g] = [σ(a.i), σ(a.f), σ(a.o), φ(a.g)];
          const c = f.mul(cBefore).add<tf.Tensor2D>(i.mul(g));
          const ψc = ψ(c);
          const m = o.mul<tf.Tensor2D>(ψc);
          return { i, f, o, g, c, ψc, m, h: m.matMul(Wmh) as tf.Tensor2D };
        },
        backward({ i, f, o, g, ψc }, cBefore, dh, dcLater) {
          const dm = dh.matMul(WmhT);
          const dc = dm.mul(o).mul(dψ(ψc)).add(dcLater);
          const da = {
            o: dm.mul(ψc).mul<tf.Tensor2D>(dσ(o)),
            i: dc.mul(g).mul<tf.Tensor2D>(dσ(i)),
            f: dc.mul(cBefore).mul<tf.Tensor2D>(dσ(f)),
            g: dc.mul(i).mul<tf.Tensor2D>(dφ(g)),
          };
          return { da, dc: dc.mul(f) };
        },
      },
      params,
      xs,
      dOutputs,
      options,
    );
    const M = tf.concat(steps.map(({ kept }) => kept.m));
    const dH = tf.concat(steps.map(({ dh }) => dh));
    return { ...gradients, dWmh: M.matMul(dH, true) as tf.Tensor2D };
  });
}
