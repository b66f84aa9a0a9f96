import * as tf from '@tensorflow/tfjs-node';
import { activationSlope, type GruParams, type GruState, type SequenceOptions } from '../cells';
import { gruNonlinearities, interpolate, type WholeGruForm } from '../cells/gru-form';
import { projectInputs, thirds } from '../cells/gru-parameters';
import { at, unstackTime } from '../tensor';
import type { GruGradients } from './gru';
import { allSteps, inputGradients, rows, timeOrder, updateSlopes } from './gru-steps';
import { whereTaken } from './taken';

/** `bptt.gru` with reset 'after', of arguments that were checked, inside of a tidy. */
export function gruResetAfter(
  params: GruParams,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  form: WholeGruForm,
  { initialState, mask, reverse }: SequenceOptions<GruState>,
): GruGradients {
  const [batch, time, hidden] = dOutputs.shape;
  const { σ, φ } = gruNonlinearities(form);
  const select = whereTaken(mask, time);
  const order = timeOrder(time, reverse);
  const zero = tf.zeros<tf.Rank.R2>([batch, hidden]);
  const Wh = tf.concat2d([params.Whr, params.Whz, params.Whh], 1);
  const list = (): tf.Tensor2D[] => new Array<tf.Tensor2D>(time);

  const [xr, xz, xh] = projectInputs(params, xs);
  const [r, z, u, hTilde, h] = [list(), list(), list(), list(), list()];
  let state = initialState?.h ?? zero;
  for (const t of order) {
    const [hr, hz, hh] = thirds(state.matMul(Wh) as tf.Tensor2D);
    const r_t = σ(at(xr, t).add(hr));
    const z_t = σ(at(xz, t).add(hz));
    const u_t = hh.add<tf.Tensor2D>(params.bhh);
    const hTilde_t = φ(at(xh, t).add(r_t.mul(u_t)));
    [r[t], z[t], u[t], hTilde[t], h[t]] = [r_t, z_t, u_t, hTilde_t, state];
    state = select(t, interpolate(form.update, z_t, state, hTilde_t), state);
  }

  const dOutput = unstackTime(dOutputs);
  const slope = updateSlopes(form, { h, z, hTilde });
  const rSlope = unstackTime(allSteps(u).mul(activationSlope(form.gateActivation, allSteps(r))));
  const WhT = Wh.transpose();
  const [dah, dRecurrent] = [list(), list()];
  let dhLater = zero;
  for (const t of order.toReversed()) {
    const dh = at(dOutput, t).add<tf.Tensor2D>(dhLater);
    const dhTaken = select(t, dh, zero);
    const dah_t = dhTaken.mul<tf.Tensor2D>(at(slope.hTilde, t));
    const daz_t = dhTaken.mul<tf.Tensor2D>(at(slope.z, t));
    const dar_t = dah_t.mul<tf.Tensor2D>(at(rSlope, t));
    const du_t = dah_t.mul<tf.Tensor2D>(at(r, t));
    const dRecurrent_t = tf.concat2d([dar_t, daz_t, du_t], 1);
    dhLater = select(t, dhTaken.mul(at(slope.kept, t)).add(dRecurrent_t.matMul(WhT)), dh);
    [dah[t], dRecurrent[t]] = [dah_t, dRecurrent_t];
  }

  const dR = allSteps(dRecurrent);
  const [dar, daz, du] = thirds(dR);
  const [dWhr, dWhz, dWhh] = thirds(rows(allSteps(h)).matMul(rows(dR), true) as tf.Tensor2D);
  const dbhh = rows(du).sum<tf.Tensor1D>(0);
  return { ...inputGradients(params, xs, [dar, daz, allSteps(dah)]), dWhr, dWhz, dWhh, dbhh, dh0: dhLater };
}
