import * as tf from '@tensorflow/tfjs-node';
import {
  checkSequence,
  gruWith,
  type GruForm,
  type GruParams,
  type GruResetAfterForm,
  type GruResetBeforeForm,
  type GruResetBeforeParams,
  type GruState,
  type SequenceOptions,
} from '../cells';
import { wholeGruForm } from '../cells/gru-form';
import { checkShape } from '../tensor';
import { gruResetAfter } from './gru-reset-after';
import { gruResetBefore } from './gru-reset-before';

/** The gradient of the loss with respect to each argument of the forward pass, each of its argument's shape. */
export type GruResetBeforeGradients = Readonly<{
  dWxr: tf.Tensor2D;
  dWhr: tf.Tensor2D;
  dbr: tf.Tensor1D;
  dWxz: tf.Tensor2D;
  dWhz: tf.Tensor2D;
  dbz: tf.Tensor1D;
  dWxh: tf.Tensor2D;
  dWhh: tf.Tensor2D;
  dbh: tf.Tensor1D;
  dxs: tf.Tensor3D;
  dh0: tf.Tensor2D;
}>;

/** The same, and that of the bias inside of the reset. */
export type GruGradients = GruResetBeforeGradients & Readonly<{ dbhh: tf.Tensor1D }>;

/** As for the forward pass, and the form of the cell. */
export type GruBackwardOptions<Form extends GruForm = GruForm> = SequenceOptions<GruState> & Form;

/**
 * Backpropagation through time by hand for every form of `gruWith`, given dOutputs_t = ∂E/∂h_t as the readout sees it. With
 * a^r_t, a^z_t and a^h_t what σ, σ and φ are taken of, from the last step to the first, for update 'keep':
 *   da^h_t = dh_t ⊙ (1 − z_t) ⊙ φ'(a^h_t)
 *   da^z_t = dh_t ⊙ (h_{t-1} − h̃_t) ⊙ σ'(a^z_t)
 * and for 'replace' with z_t in place of 1 − z_t and h̃_t − h_{t-1} in place of h_{t-1} − h̃_t. With reset 'after':
 *   du_t = da^h_t ⊙ r_t    da^r_t = da^h_t ⊙ u_t ⊙ σ'(a^r_t)    where u_t = h_{t-1} Whh + bhh
 *   dh_{t-1} = dOutputs_{t-1} + dh_t ⊙ z_t + da^r_t Whrᵀ + da^z_t Whzᵀ + du_t Whhᵀ
 * and with reset 'before':
 *   dv_t = da^h_t Whhᵀ     da^r_t = dv_t ⊙ h_{t-1} ⊙ σ'(a^r_t)    where v_t = r_t ⊙ h_{t-1}
 *   dh_{t-1} = dOutputs_{t-1} + dh_t ⊙ z_t + da^r_t Whrᵀ + da^z_t Whzᵀ + dv_t ⊙ r_t
 * then, summed over all steps at once, for k each of r, z and h:
 *   dWxk = Σ_t x_tᵀ da^k_t    dbk = Σ_t da^k_t    dx_t = Σ_k da^k_t Wxkᵀ
 *   dWhr = Σ_t h_{t-1}ᵀ da^r_t    dWhz = Σ_t h_{t-1}ᵀ da^z_t
 *   dWhh = Σ_t h_{t-1}ᵀ du_t and dbhh = Σ_t du_t, or dWhh = Σ_t v_tᵀ da^h_t
 * A masked step passes dh_t on unchanged and has da^k_t = 0.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function gru(
  params: GruResetBeforeParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: GruBackwardOptions<GruResetBeforeForm>,
): GruResetBeforeGradients;
export function gru(
  params: GruParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options?: GruBackwardOptions<GruResetAfterForm>,
): GruGradients;
export function gru(
  params: GruParams | GruResetBeforeParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: GruBackwardOptions = {},
): GruGradients | GruResetBeforeGradients {
  const form = wholeGruForm(options);
  const { batch, time, hidden } = checkSequence(gruWith(form), params as GruParams, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');
  return tf.tidy(() => {
    return form.reset === 'after'
      ? gruResetAfter(params as GruParams, xs, dOutputs, form, options)
      : gruResetBefore(params, xs, dOutputs, form, options);
  });
}
