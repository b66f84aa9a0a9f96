import * as tf from '@tensorflow/tfjs-node';
import {
  lstmPeepholeWith,
  type LstmPeepholeForm,
  type LstmPeepholeParams,
  type LstmState,
  type PeepholeGate,
  type SequenceOptions,
} from '../cells';
import { nonlinearities } from '../cells/lstm';
import type { PerGate } from '../cells/lstm-gates';
import { checkPeepholes, peepholesOf } from '../cells/lstm-peephole';
import { slopes, type LstmGradients } from './lstm';
import { checkBackward, throughTime } from './lstm-through-time';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type LstmPeepholeGradients<Gate extends PeepholeGate = PeepholeGate> = LstmGradients &
  Readonly<Record<`dp${Gate}`, tf.Tensor1D>>;

/** As for the forward pass, and the cell's peepholes and activations. */
export type LstmPeepholeBackwardOptions<Gate extends PeepholeGate = PeepholeGate> = SequenceOptions<LstmState> &
  LstmPeepholeForm<Gate>;

/**
 * Backpropagation through time by hand for the LSTM with peepholes, given dOutputs_t = ∂E/∂h_t as the readout sees it. From the
 * last step to the first (Greff et al. 2017, LSTM: a search space odyssey):
 *   dh_t = dOutputs_t + Σ_k da_k,t+1 Whkᵀ
 *   da_o = dh_t ⊙ ψ(c_t) ⊙ σ'(a_o)
 *   dc_t = dh_t ⊙ o_t ⊙ ψ'(c_t) + po ⊙ da_o + dc_{t+1} ⊙ f_{t+1} + pi ⊙ da_i,t+1 + pf ⊙ da_f,t+1
 *   da_i = dc_t ⊙ g_t ⊙ σ'(a_i)
 *   da_f = dc_t ⊙ c_{t-1} ⊙ σ'(a_f)
 *   da_g = dc_t ⊙ i_t ⊙ φ'(a_g)
 * then, summed over all steps, besides what `bptt.lstm` sums:
 *   dpi = Σ_t da_i ⊙ c_{t-1}    dpf = Σ_t da_f ⊙ c_{t-1}    dpo = Σ_t da_o ⊙ c_t
 * A masked step passes dh_t and dc_t on unchanged and has da_k = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function lstmPeephole<Gate extends PeepholeGate = PeepholeGate>(
  params: LstmPeepholeParams<Gate>,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: LstmPeepholeBackwardOptions<Gate> = {},
): LstmPeepholeGradients<Gate> {
  checkBackward(lstmPeepholeWith(options), params, xs, dOutputs, options);
  const looking = checkPeepholes(options);
  const { σ, φ, ψ } = nonlinearities(options);
  const { dσ, dφ, dψ } = slopes(options);

  return tf.tidy(() => {
    const { pi, pf, po } = peepholesOf(params, looking);
    const { gradients, steps } = throughTime(
      {
        gates: ['i', 'f', 'o', 'g'],
        forward(a: PerGate<'i' | 'f' | 'o' | 'g'>, cBefore) {
          const i = σ(a.i.add(pi.mul(cBefore)));
          const f = σ(a.f.add(pf.mul(cBefore)));
          const g = φ(a.g);
          const c = f.mul(cBefore).add<tf.Tensor2D>(i.mul(g));
          const o = σ(a.o.add(po.mul(c)));
          const ψc = ψ(c);
          return { i, f, o, g, c, ψc, h: o.mul<tf.Tensor2D>(ψc) };
        },
        backward({ i, f, o, g, ψc }, cBefore, dh, dcLater) {
          const da_o = dh.mul(ψc).mul<tf.Tensor2D>(dσ(o));
          const dc = dh.mul(o).mul(dψ(ψc)).add(po.mul(da_o)).add(dcLater);
          const da_i = dc.mul(g).mul<tf.Tensor2D>(dσ(i));
          const da_f = dc.mul(cBefore).mul<tf.Tensor2D>(dσ(f));
          const da_g = dc.mul(i).mul<tf.Tensor2D>(dφ(g));
          const dcBefore = dc.mul(f).add(pi.mul(da_i)).add<tf.Tensor2D>(pf.mul(da_f));
          return { da: { i: da_i, f: da_f, o: da_o, g: da_g }, dc: dcBefore };
        },
      },
      params,
      xs,
      dOutputs,
      options,
    );

    const dp = looking.map((gate) => {
      const parts = steps.map((step) => step.da[gate].mul<tf.Tensor2D>(gate === 'o' ? step.kept.c : step.cBefore));
      return [`dp${gate}`, tf.addN(parts).sum(0)];
    });
    return { ...gradients, ...Object.fromEntries(dp) } as LstmPeepholeGradients<Gate>;
  });
}
