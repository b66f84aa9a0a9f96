import * as tf from '@tensorflow/tfjs-node';
import type { Peepholes } from './block-lstm';
import { checkFloats } from './check';
import { checkSequenceArguments, packedLstm, type NativeLstmOptions, type NativeLstmResult } from './packed-lstm';

/**
 * Of each gate k in i, f, o and of the candidate g: Wxk [input, hidden], Whk [hidden, hidden], bk [hidden]; and pk [hidden] of
 * each gate that looks at the memory.
 */
export type NativeLstmParams = Readonly<
  Record<`Wx${Gate}` | `Wh${Gate}`, tf.Tensor2D> & Record<`b${Gate}`, tf.Tensor1D> & Partial<Peepholes>
>;
type Gate = (typeof gates)[number];
/** In the order in which {@link packedLstm} wants them side by side. */
const gates = ['i', 'g', 'f', 'o'] as const;
const peepholes = ['pi', 'pf', 'po'] as const;

/**
 * What `unroll(lstm, params, xs, options)` computes, on TensorFlow's fused ops and differentiable (once): {@link packedLstm} with
 * the parameters named as in the equations of the cells `lstm` and, where there are peepholes, `lstmPeephole`.
 * Shapes: xs [batch, time, input], outputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other
 */
export function lstm(params: NativeLstmParams, xs: tf.Tensor3D, options: NativeLstmOptions = {}): NativeLstmResult {
  const { hidden } = checkFloats('Whi', params.Whi, ['hidden', 'hidden']);
  const { input } = checkFloats('Wxi', params.Wxi, ['input', { hidden }], 'it must match Whi');
  for (const gate of gates) {
    checkFloats(`Wx${gate}`, params[`Wx${gate}`], [{ input }, { hidden }], 'it must match Wxi');
    checkFloats(`Wh${gate}`, params[`Wh${gate}`], [{ hidden }, { hidden }], 'it must match Whi');
    checkFloats(`b${gate}`, params[`b${gate}`], [{ hidden }], 'it must match Whi');
  }
  for (const name of peepholes) {
    const given = params[name];
    if (given !== undefined) checkFloats(name, given, [{ hidden }], 'it must match Whi');
  }
  checkSequenceArguments({ input, hidden }, xs, options);

  return tf.tidy(() => {
    const kernel = tf.concat(gates.map((gate) => params[`Wx${gate}`]), 1); // prettier-ignore
    const recurrentKernel = tf.concat(gates.map((gate) => params[`Wh${gate}`]), 1); // prettier-ignore
    const bias = tf.concat(gates.map((gate) => params[`b${gate}`]));
    const packed = { kernel, recurrentKernel, bias };
    const { outputs, final } = packedLstm(
      looking(params) ? { ...packed, peepholes: allOf(params) } : packed,
      xs,
      options,
    );
    return { outputs, final };
  });
}

const looking = (params: NativeLstmParams): boolean => peepholes.some((name) => params[name] !== undefined);

/** A gate that does not look has a peephole of zeros. */
function allOf({ bi, pi, pf, po }: NativeLstmParams): Peepholes {
  const none = tf.zerosLike(bi);
  return { pi: pi ?? none, pf: pf ?? none, po: po ?? none };
}
