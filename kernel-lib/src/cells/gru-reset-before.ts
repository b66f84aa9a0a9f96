import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import type { GatedCell } from './cell';
import { gruName, gruNonlinearities, interpolate, type WholeGruForm } from './gru-form';
import {
  gruSizes,
  halves,
  initGru,
  projectInputs,
  type GruGates,
  type GruOptions,
  type GruResetBeforeParams,
  type GruState,
} from './gru-parameters';

/**
 * Gated recurrent unit with the reset gate before the matrix product, Cho et al. 2014, eq. 5-8.
 *   r_t = σ(x_t Wxr + h_{t-1} Whr + br)
 *   z_t = σ(x_t Wxz + h_{t-1} Whz + bz)
 *   h̃_t = φ(x_t Wxh + (r_t ⊙ h_{t-1}) Whh + bh)
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
 * Shapes: x [batch, input], h [batch, hidden].
 */
export function gruResetBefore(form: WholeGruForm): GatedCell<GruResetBeforeParams, GruState, GruOptions, GruGates> {
  const { update } = form;
  const { σ, φ } = gruNonlinearities(form);
  const gates = (params: GruResetBeforeParams, x: tf.Tensor2D, { h }: GruState): GruGates => {
    const { Wxr, Whr, br, Wxz, Whz, bz, Wxh, Whh, bh } = params;
    const r = σ(x.matMul(Wxr).add(h.matMul(Whr)).add<tf.Tensor2D>(br));
    const z = σ(x.matMul(Wxz).add(h.matMul(Whz)).add<tf.Tensor2D>(bz));
    const hTilde = φ(x.matMul(Wxh).add(r.mul(h).matMul(Whh)).add<tf.Tensor2D>(bh));
    return { r, z, hTilde };
  };
  return {
    name: gruName(form),

    init: initGru,

    sizes(params) {
      if ('bhh' in params) {
        throw new Error(`bhh: got a parameter, expected none; with it these are the parameters of reset 'after'.`);
      }
      return gruSizes(params);
    },

    initialState: ({ Whh }, batch) => ({ h: tf.zeros([batch, Whh.shape[0]]) }),

    gates,

    step(params, x, { h }) {
      const { z, hTilde } = gates(params, x, { h });
      return { h: interpolate(update, z, h, hTilde) };
    },

    hoist(params, xs) {
      const { Whr, Whz, Whh } = params;
      const [xr, xz, xh] = projectInputs(params, xs);
      const Wh = tf.concat2d([Whr, Whz], 1);
      return (t, { h }) => {
        const [hr, hz] = halves(h.matMul(Wh) as tf.Tensor2D);
        const r = σ(at(xr, t).add<tf.Tensor2D>(hr));
        const z = σ(at(xz, t).add<tf.Tensor2D>(hz));
        const hTilde = φ(at(xh, t).add<tf.Tensor2D>(r.mul(h).matMul(Whh)));
        return { h: interpolate(update, z, h, hTilde) };
      };
    },
  };
}
