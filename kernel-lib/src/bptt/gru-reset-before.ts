import * as tf from '@tensorflow/tfjs-node';
import { activationSlope, type GruResetBeforeParams, type GruState, type SequenceOptions } from '../cells';
import { gruNonlinearities, interpolate, type WholeGruForm } from '../cells/gru-form';
import { halves, projectInputs } from '../cells/gru-parameters';
import { at, unstackTime } from '../tensor';
import type { GruResetBeforeGradients } from './gru';
import { allSteps, inputGradients, rows, timeOrder, updateSlopes } from './gru-steps';
import { whereTaken } from './taken';

/** `bptt.gru` with reset 'before', of arguments that were checked, inside of a tidy. */
export function gruResetBefore(
  params: GruResetBeforeParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  form: WholeGruForm,
  { initialState, mask, reverse }: SequenceOptions<GruState>,
): GruResetBeforeGradients {
  const [batch, time, hidden] = dOutputs.shape;
  const { σ, φ } = gruNonlinearities(form);
  const select = whereTaken(mask, time);
  const order = timeOrder(time, reverse);
  const zero = tf.zeros<tf.Rank.R2>([batch, hidden]);
  const Wh = tf.concat2d([params.Whr, params.Whz], 1);
  const list = (): tf.Tensor2D[] => new Array<tf.Tensor2D>(time);

  const [xr, xz, xh] = projectInputs(params, xs);
  const [r, z, v, hTilde, h] = [list(), list(), list(), list(), list()];
  let state = initialState?.h ?? zero;
  for (const t of order) {
    const [hr, hz] = halves(state.matMul(Wh) as tf.Tensor2D);
    const r_t = σ(at(xr, t).add(hr));
    const z_t = σ(at(xz, t).add(hz));
    const v_t = r_t.mul<tf.Tensor2D>(state);
    const hTilde_t = φ(at(xh, t).add(v_t.matMul(params.Whh)));
    [r[t], z[t], v[t], hTilde[t], h[t]] = [r_t, z_t, v_t, hTilde_t, state];
    state = select(t, interpolate(form.update, z_t, state, hTilde_t), state);
  }

  const dOutput = unstackTime(dOutputs);
  const slope = updateSlopes(form, { h, z, hTilde });
  const rSlope = unstackTime(allSteps(h).mul(activationSlope(form.gateActivation, allSteps(r))));
  const [WhT, WhhT] = [Wh.transpose(), params.Whh.transpose()];
  const [dah, dGates] = [list(), list()];
  let dhLater = zero;
  for (const t of order.toReversed()) {
    const dh = at(dOutput, t).add<tf.Tensor2D>(dhLater);
    const dhTaken = select(t, dh, zero);
    const dah_t = dhTaken.mul<tf.Tensor2D>(at(slope.hTilde, t));
    const daz_t = dhTaken.mul<tf.Tensor2D>(at(slope.z, t));
    const dv_t = dah_t.matMul(WhhT) as tf.Tensor2D;
    const dar_t = dv_t.mul<tf.Tensor2D>(at(rSlope, t));
    const dGates_t = tf.concat2d([dar_t, daz_t], 1);
    const dhGates = dGates_t.matMul(WhT).add(dv_t.mul(at(r, t)));
    dhLater = select(t, dhTaken.mul(at(slope.kept, t)).add(dhGates), dh);
    [dah[t], dGates[t]] = [dah_t, dGates_t];
  }

  const [dG, dAh] = [allSteps(dGates), allSteps(dah)];
  const [dar, daz] = halves(dG);
  const [dWhr, dWhz] = halves(rows(allSteps(h)).matMul(rows(dG), true) as tf.Tensor2D);
  const dWhh = rows(allSteps(v)).matMul(rows(dAh), true) as tf.Tensor2D;
  return { ...inputGradients(params, xs, [dar, daz, dAh]), dWhr, dWhz, dWhh, dh0: dhLater };
}
