import * as tf from '@tensorflow/tfjs-node';
import { minLstmWith, type LinearState, type MinimalForm, type MinLstmParams, type SequenceOptions } from '../cells';
import { minimalCandidate, minimalSlope } from '../cells/linear';
import { affine, logSigmoid } from '../tensor';
import { checkLinearBackward, linearGradients, throughRecurrence } from './linear';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type MinLstmGradients = Readonly<
  Record<'dWxf' | 'dWxi' | 'dWxh' | 'dh0', tf.Tensor2D> &
    Record<'dbf' | 'dbi' | 'dbh', tf.Tensor1D> & { dxs: tf.Tensor3D }
>;

/**
 * Backpropagation by hand for the minimal LSTM, given dOutputs_t = ∂E/∂h_t as the readout sees it. From the last step to the
 * first, but all steps at once:
 *   dh_t = dOutputs_t + dh_{t+1} ⊙ f′_{t+1}
 *   d_t = dh_t ⊙ (h_{t-1} − h̃_t) ⊙ f′_t ⊙ i′_t, the gradient of ln f_t − ln i_t, for f′_t + i′_t = 1
 *   da_f = d_t ⊙ (1 − f_t)    da_i = −d_t ⊙ (1 − i_t)
 *   da_h = dh_t ⊙ i′_t, times g' where the candidate is positive
 * then dWxk = Σ_t x_tᵀ da_k, dbk = Σ_t da_k and dx_t = Σ_k da_k Wxkᵀ.
 * A masked step passes dh_t on unchanged and has da_k = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function minLstm(
  params: MinLstmParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<LinearState> & MinimalForm = {},
): MinLstmGradients {
  checkLinearBackward(minLstmWith(options), params, xs, dOutputs, options);
  return tf.tidy(() => {
    const [aF, aI] = [affine(xs, params.Wxf, params.bf), affine(xs, params.Wxi, params.bi)];
    const ratio = logSigmoid(aF).sub<tf.Tensor3D>(logSigmoid(aI));
    const [f, i] = [tf.sigmoid(ratio), tf.sigmoid(ratio.neg<tf.Tensor3D>())];
    const hTilde = minimalCandidate(affine(xs, params.Wxh, params.bh), options);
    const { da, db, dh0 } = throughRecurrence({ a: f, b: i.mul(hTilde) }, dOutputs, options);
    const dRatio = da.sub(db.mul(hTilde)).mul(f).mul(i);
    const gates = {
      f: dRatio.mul<tf.Tensor3D>(tf.sigmoid(aF.neg())),
      i: dRatio.neg().mul<tf.Tensor3D>(tf.sigmoid(aI.neg())),
      h: db.mul(i).mul<tf.Tensor3D>(minimalSlope(hTilde, options)),
    };
    return { ...linearGradients(params, xs, gates), dh0 };
  });
}
