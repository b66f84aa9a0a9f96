import type { GatedCell } from './cell';
import { wholeGruForm, type GruForm } from './gru-form';
import type { GruGates, GruOptions, GruParams, GruResetBeforeParams, GruState } from './gru-parameters';
import { gruResetAfter } from './gru-reset-after';
import { gruResetBefore } from './gru-reset-before';

/** A gated recurrent unit with the reset gate after the matrix product as a cell. */
export type GruCell = GatedCell<GruParams, GruState, GruOptions, GruGates>;

/** A gated recurrent unit with the reset gate before the matrix product as a cell. */
export type GruResetBeforeCell = GatedCell<GruResetBeforeParams, GruState, GruOptions, GruGates>;

/** The {@link GruForm} of Cho et al. 2014. */
export type GruResetBeforeForm = GruForm & { readonly reset: 'before' };

/** The {@link GruForm} of cuDNN. */
export type GruResetAfterForm = GruForm & { readonly reset?: 'after' };

/**
 * Gated recurrent unit: what it was before, a candidate for what it could be, and a gate between the two.
 *   r_t = σ(x_t Wxr + h_{t-1} Whr + br)
 *   z_t = σ(x_t Wxz + h_{t-1} Whz + bz)
 *   h̃_t = φ(x_t Wxh + bh + r_t ⊙ (h_{t-1} Whh + bhh))      with reset 'after', the default
 *   h̃_t = φ(x_t Wxh + (r_t ⊙ h_{t-1}) Whh + bh)            with reset 'before'
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t                  with update 'keep', the default
 *   h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t                  with update 'replace'
 * Shapes: x [batch, input], h [batch, hidden].
 * Reset 'before' with 'keep' is Cho et al. 2014, Learning phrase representations using RNN encoder-decoder, eq. 5-8; with
 * 'replace' it is Chung et al. 2014, Empirical evaluation of gated recurrent neural networks, section 3.2.
 *
 * @throws Error for a choice that there is none of
 */
export function gruWith(form: GruResetBeforeForm): GruResetBeforeCell;
export function gruWith(form?: GruResetAfterForm): GruCell;
export function gruWith(form: GruForm): GruCell | GruResetBeforeCell;
export function gruWith(form: GruForm = {}): GruCell | GruResetBeforeCell {
  const whole = wholeGruForm(form);
  return whole.reset === 'after' ? gruResetAfter(whole) : gruResetBefore(whole);
}

/**
 * {@link gruWith} nothing chosen, the GRU that PyTorch computes, and Keras by default: the reset gate after the matrix product
 * with a bias of its own, and z the share of the state that is kept.
 */
export const gru: GruCell = gruWith();

/** Both places of the reset gate with both conventions of the update gate, by name. */
export type GruForms = Readonly<{
  gru: GruCell;
  'gru (z replaces)': GruCell;
  'gru (reset before)': GruResetBeforeCell;
  'gru (reset before, z replaces)': GruResetBeforeCell;
}>;

/** {@link gruWith} each, with the usual activations. */
export const gruForms: GruForms = {
  gru,
  'gru (z replaces)': gruWith({ update: 'replace' }),
  'gru (reset before)': gruWith({ reset: 'before' }),
  'gru (reset before, z replaces)': gruWith({ reset: 'before', update: 'replace' }),
};
