import * as tf from '@tensorflow/tfjs-node';
import {
  activationSlope,
  lstmWith,
  type LstmActivations,
  type LstmParams,
  type LstmState,
  type SequenceOptions,
} from '../cells';
import { nonlinearities } from '../cells/lstm';
import type { PerGate } from '../cells/lstm-gates';
import { checkBackward, throughTime, type GateGradients, type LstmStep } from './lstm-through-time';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type LstmGradients = GateGradients<'i' | 'f' | 'o' | 'g'>;

/** As for the forward pass, and the cell's activations. */
export type LstmBackwardOptions = SequenceOptions<LstmState> & LstmActivations;

/**
 * Backpropagation through time by hand for the LSTM, given dOutputs_t = ∂E/∂h_t as the readout sees it. From the last step to
 * the first (Greff et al. 2017, LSTM: a search space odyssey):
 *   dh_t = dOutputs_t + Σ_k da_k,t+1 Whkᵀ
 *   dc_t = dh_t ⊙ o_t ⊙ ψ'(c_t) + dc_{t+1} ⊙ f_{t+1}
 *   da_o = dh_t ⊙ ψ(c_t) ⊙ σ'(a_o)
 *   da_i = dc_t ⊙ g_t ⊙ σ'(a_i)
 *   da_f = dc_t ⊙ c_{t-1} ⊙ σ'(a_f)
 *   da_g = dc_t ⊙ i_t ⊙ φ'(a_g)
 * then, summed over all steps at once, for every k in i, f, o, g:
 *   dWxk = Σ_t x_tᵀ da_k    dWhk = Σ_t h_{t-1}ᵀ da_k    dbk = Σ_t da_k    dx_t = Σ_k da_k Wxkᵀ
 * A masked step passes dh_t and dc_t on unchanged and has da_k = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function lstm(
  params: LstmParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: LstmBackwardOptions = {},
): LstmGradients {
  checkBackward(lstmWith(options), params, xs, dOutputs, options);
  return tf.tidy(() => throughTime(lstmStep(options), params, xs, dOutputs, options).gradients);
}

type Kept = LstmState & PerGate<'i' | 'f' | 'o' | 'g'> & Readonly<{ ψc: tf.Tensor2D }>;

function lstmStep(activations: LstmActivations): LstmStep<'i' | 'f' | 'o' | 'g', Kept> {
  const { σ, φ, ψ } = nonlinearities(activations);
  const { dσ, dφ, dψ } = slopes(activations);
  return {
    gates: ['i', 'f', 'o', 'g'],
    forward(a, cBefore) {
      const [i, f, o, g] = [σ(a.i), σ(a.f), σ(a.o), φ(a.g)];
      const c = f.mul(cBefore).add<tf.Tensor2D>(i.mul(g));
      const ψc = ψ(c);
      return { i, f, o, g, c, ψc, h: o.mul<tf.Tensor2D>(ψc) };
    },
    backward({ i, f, o, g, ψc }, cBefore, dh, dcLater) {
      const dc = dh.mul(o).mul(dψ(ψc)).add(dcLater);
      const da = {
        o: dh.mul(ψc).mul<tf.Tensor2D>(dσ(o)),
        i: dc.mul(g).mul<tf.Tensor2D>(dσ(i)),
        f: dc.mul(cBefore).mul<tf.Tensor2D>(dσ(f)),
        g: dc.mul(i).mul<tf.Tensor2D>(dφ(g)),
      };
      return { da, dc: dc.mul(f) };
    },
  };
}

type Slope = (value: tf.Tensor2D) => tf.Tensor2D;

/** σ', φ' and ψ', each from the value of its function. */
export function slopes({
  gateActivation = 'sigmoid',
  candidateActivation = 'tanh',
  outputActivation = 'tanh',
}: LstmActivations): Readonly<Record<'dσ' | 'dφ' | 'dψ', Slope>> {
  return {
    dσ: (gate) => activationSlope(gateActivation, gate),
    dφ: (g) => activationSlope(candidateActivation, g),
    dψ: (ψc) => activationSlope(outputActivation, ψc),
  };
}
