import * as tf from '@tensorflow/tfjs-node';
import { affine } from '../tensor';
import {
  drawLinear,
  hoistLinear,
  linearSizes,
  minimalCandidate,
  type LinearCell,
  type LinearOptions,
  type LinearParams,
  type MinimalForm,
} from './linear';

/** Of the gate z and of the candidate h̃: Wxk [input, hidden], bk [hidden]. */
export type MinGruParams = LinearParams<'z' | 'h'>;

/** The gate z and the candidate h̃, each [batch, hidden]. */
export type MinGruGates = Readonly<{ z: tf.Tensor2D; hTilde: tf.Tensor2D }>;

/** The minimal GRU as a cell. */
export type MinGruCell = LinearCell<MinGruParams, LinearOptions, MinGruGates>;

const names = ['z', 'h'] as const;

/**
 * Minimal GRU, Feng et al. 2024, Were RNNs all we needed?, section 3.1: neither gate nor candidate looks at the state.
 *   z_t = σ(x_t Wxz + bz)
 *   h̃_t = x_t Wxh + bh
 *   h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t
 * With `log`, its version for logarithms, whose h̃ is positive:
 *   h̃_t = g(x_t Wxh + bh), g(a) = a + 1/2 for a ≥ 0 and σ(a) for a < 0
 * `unroll` walks along it step by step, `unrollParallel` computes all steps at once.
 * Shapes: x [batch, input]; h, z and h̃ [batch, hidden].
 */
export function minGruWith(form: MinimalForm = {}): MinGruCell {
  const gatesAt = <T extends tf.Tensor>({ Wxz, bz, Wxh, bh }: MinGruParams, x: T): { z: T; hTilde: T } => ({
    z: tf.sigmoid(affine(x, Wxz, bz)),
    hTilde: minimalCandidate(affine(x, Wxh, bh), form),
  });
  const linear: MinGruCell['linear'] = (params, xs) => {
    const { z, hTilde } = gatesAt(params, xs);
    return { a: tf.sub(1, z), b: z.mul(hTilde) };
  };
  return {
    name: form.log ? 'minGru (log)' : 'minGru',
    init: (options) => drawLinear(names, options),
    sizes: (params) => linearSizes(names, params),
    initialState: ({ Wxh }, batch) => ({ h: tf.zeros([batch, Wxh.shape[1]]) }),
    gates: (params, x) => gatesAt(params, x),

    step(params, x, { h }) {
      const { z, hTilde } = gatesAt(params, x);
      return { h: tf.sub(1, z).mul(h).add(z.mul(hTilde)) };
    },

    hoist: (params, xs) => hoistLinear(linear(params, xs)),
    linear,
  };
}

/** {@link minGruWith} a candidate of any sign. */
export const minGru: MinGruCell = minGruWith();

/** {@link minGruWith} a positive candidate. */
export const minGruLog: MinGruCell = minGruWith({ log: true });
