import * as tf from '@tensorflow/tfjs-node';
import { at, checkShape } from '../tensor';
import type { GatedCell } from './cell';
import { gruName, gruNonlinearities, interpolate, type WholeGruForm } from './gru-form';
import {
  gruSizes,
  initGru,
  projectInputs,
  thirds,
  type GruGates,
  type GruOptions,
  type GruParams,
  type GruState,
} from './gru-parameters';

/**
 * Gated recurrent unit with the reset gate after the matrix product, as cuDNN has it.
 *   r_t = σ(x_t Wxr + h_{t-1} Whr + br)
 *   z_t = σ(x_t Wxz + h_{t-1} Whz + bz)
 *   h̃_t = φ(x_t Wxh + bh + r_t ⊙ (h_{t-1} Whh + bhh))
 *   h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t
 * Shapes: x [batch, input], h [batch, hidden].
 */
export function gruResetAfter(form: WholeGruForm): GatedCell<GruParams, GruState, GruOptions, GruGates> {
  const { update } = form;
  const { σ, φ } = gruNonlinearities(form);
  const gates = (params: GruParams, x: tf.Tensor2D, { h }: GruState): GruGates => {
    const { Wxr, Whr, br, Wxz, Whz, bz, Wxh, Whh, bh, bhh } = params;
    const r = σ(x.matMul(Wxr).add(h.matMul(Whr)).add<tf.Tensor2D>(br));
    const z = σ(x.matMul(Wxz).add(h.matMul(Whz)).add<tf.Tensor2D>(bz));
    const recurrent = r.mul(h.matMul(Whh).add(bhh));
    const hTilde = φ(x.matMul(Wxh).add(bh).add<tf.Tensor2D>(recurrent));
    return { r, z, hTilde };
  };
  return {
    name: gruName(form),

    init: (options) => ({ ...initGru(options), bhh: tf.zeros([options.hiddenSize]) }),

    sizes(params) {
      const sizes = gruSizes(params);
      if ((params.bhh as tf.Tensor1D | undefined) === undefined) {
        throw new Error(
          `bhh: got none, expected [hidden = ${sizes.hiddenSize}]; without it these are the parameters of reset 'before'.`,
        );
      }
      checkShape('bhh', params.bhh, [{ hidden: sizes.hiddenSize }], 'it must match Whh');
      return sizes;
    },

    initialState: ({ Whh }, batch) => ({ h: tf.zeros([batch, Whh.shape[0]]) }),

    gates,

    step(params, x, { h }) {
      const { z, hTilde } = gates(params, x, { h });
      return { h: interpolate(update, z, h, hTilde) };
    },

    hoist(params, xs) {
      const { Whr, Whz, Whh, bhh } = params;
      const [xr, xz, xh] = projectInputs(params, xs);
      const Wh = tf.concat2d([Whr, Whz, Whh], 1);
      return (t, { h }) => {
        const [hr, hz, hh] = thirds(h.matMul(Wh) as tf.Tensor2D);
        const r = σ(at(xr, t).add<tf.Tensor2D>(hr));
        const z = σ(at(xz, t).add<tf.Tensor2D>(hz));
        const hTilde = φ(at(xh, t).add<tf.Tensor2D>(r.mul(hh.add(bhh))));
        return { h: interpolate(update, z, h, hTilde) };
      };
    },
  };
}
