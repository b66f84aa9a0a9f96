import * as tf from '@tensorflow/tfjs-node';
import { minGruWith, type LinearState, type MinGruParams, type MinimalForm, type SequenceOptions } from '../cells';
import { minimalCandidate, minimalSlope } from '../cells/linear';
import { affine } from '../tensor';
import { checkLinearBackward, linearGradients, throughRecurrence } from './linear';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type MinGruGradients = Readonly<
  Record<'dWxz' | 'dWxh' | 'dh0', tf.Tensor2D> & Record<'dbz' | 'dbh', tf.Tensor1D> & { dxs: tf.Tensor3D }
>;

/**
 * Backpropagation by hand for the minimal GRU, given dOutputs_t = ∂E/∂h_t as the readout sees it. From the last step to the
 * first, but all steps at once:
 *   dh_t = dOutputs_t + dh_{t+1} ⊙ (1 − z_{t+1})
 *   da_z = dh_t ⊙ (h̃_t − h_{t-1}) ⊙ z_t ⊙ (1 − z_t)
 *   da_h = dh_t ⊙ z_t, times g' where the candidate is positive
 * then dWxk = Σ_t x_tᵀ da_k, dbk = Σ_t da_k and dx_t = Σ_k da_k Wxkᵀ.
 * A masked step passes dh_t on unchanged and has da_k = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function minGru(
  params: MinGruParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<LinearState> & MinimalForm = {},
): MinGruGradients {
  checkLinearBackward(minGruWith(options), params, xs, dOutputs, options);
  return tf.tidy(() => {
    const z = tf.sigmoid(affine(xs, params.Wxz, params.bz));
    const hTilde = minimalCandidate(affine(xs, params.Wxh, params.bh), options);
    const kept = tf.sub<tf.Tensor3D>(1, z);
    const { da, db, dh0 } = throughRecurrence({ a: kept, b: z.mul(hTilde) }, dOutputs, options);
    const dz = db.mul(hTilde).sub(da);
    const gates = {
      z: dz.mul(z).mul<tf.Tensor3D>(kept),
      h: db.mul(z).mul<tf.Tensor3D>(minimalSlope(hTilde, options)),
    };
    return { ...linearGradients(params, xs, gates), dh0 };
  });
}
