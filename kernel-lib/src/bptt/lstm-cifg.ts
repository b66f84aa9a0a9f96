import * as tf from '@tensorflow/tfjs-node';
import { cifgWith, type CifgParams, type LstmActivations } from '../cells';
import { nonlinearities } from '../cells/lstm';
import type { PerGate } from '../cells/lstm-gates';
import { slopes, type LstmBackwardOptions } from './lstm';
import { checkBackward, throughTime, type GateGradients, type LstmStep } from './lstm-through-time';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type CifgGradients = GateGradients<'i' | 'o' | 'g'>;

type Kept = PerGate<'i' | 'o' | 'g' | 'f' | 'h' | 'c' | 'ψc'>;

/**
 * Backpropagation through time by hand for the LSTM with coupled input and forget gates, given dOutputs_t = ∂E/∂h_t as the
 * readout sees it. From the last step to the first:
 *   dh_t = dOutputs_t + Σ_k da_k,t+1 Whkᵀ
 *   dc_t = dh_t ⊙ o_t ⊙ ψ'(c_t) + dc_{t+1} ⊙ (1 − i_{t+1})
 *   da_o = dh_t ⊙ ψ(c_t) ⊙ σ'(a_o)
 *   da_i = dc_t ⊙ (g_t − c_{t-1}) ⊙ σ'(a_i)
 *   da_g = dc_t ⊙ i_t ⊙ φ'(a_g)
 * then, summed over all steps at once, for every k in i, o, g:
 *   dWxk = Σ_t x_tᵀ da_k    dWhk = Σ_t h_{t-1}ᵀ da_k    dbk = Σ_t da_k    dx_t = Σ_k da_k Wxkᵀ
 * A masked step passes dh_t and dc_t on unchanged and has da_k = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function cifg(
  params: CifgParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: LstmBackwardOptions = {},
): CifgGradients {
  checkBackward(cifgWith(options), params, xs, dOutputs, options);
  return tf.tidy(() => throughTime(cifgStep(options), params, xs, dOutputs, options).gradients);
}

function cifgStep(activations: LstmActivations): LstmStep<'i' | 'o' | 'g', Kept> {
  const { σ, φ, ψ } = nonlinearities(activations);
  const { dσ, dφ, dψ } = slopes(activations);
  return {
    gates: ['i', 'o', 'g'],
    forward(a, cBefore) {
      const [i, o, g] = [σ(a.i), σ(a.o), φ(a.g)];
      const f = tf.sub<tf.Tensor2D>(1, i);
      const c = f.mul(cBefore).add<tf.Tensor2D>(i.mul(g));
      const ψc = ψ(c);
      return { i, f, o, g, c, ψc, h: o.mul<tf.Tensor2D>(ψc) };
    },
    backward({ i, f, o, g, ψc }, cBefore, dh, dcLater) {
      const dc = dh.mul(o).mul(dψ(ψc)).add(dcLater);
      const da = {
        o: dh.mul(ψc).mul<tf.Tensor2D>(dσ(o)),
        i: dc.mul(g.sub(cBefore)).mul<tf.Tensor2D>(dσ(i)),
        g: dc.mul(i).mul<tf.Tensor2D>(dφ(g)),
      };
      return { da, dc: dc.mul(f) };
    },
  };
}
