import * as tf from '@tensorflow/tfjs-node';
import { checkFloats } from './check';
import { checkSequenceArguments, packedLstm, type NativeLstmOptions, type NativeLstmResult } from './packed-lstm';

/** Of each gate k in i, f, o and of the candidate g: Wxk [input, hidden], Whk [hidden, hidden], bk [hidden]. */
export type NativeLstmParams = Readonly<
  Record<`Wx${Gate}` | `Wh${Gate}`, tf.Tensor2D> & Record<`b${Gate}`, tf.Tensor1D>
>;
type Gate = (typeof gates)[number];
/** In the order in which {@link packedLstm} wants them side by side. */
const gates = ['i', 'g', 'f', 'o'] as const;

/**
 * What `unroll(lstm, params, xs, options)` computes, on TensorFlow's fused ops and differentiable (once): {@link packedLstm} with
 * the parameters named as in the equations of the cell `lstm`.
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
  checkSequenceArguments({ input, hidden }, xs, options);

  return tf.tidy(() => {
    const kernel = tf.concat(gates.map((gate) => params[`Wx${gate}`]), 1); // prettier-ignore
    const recurrentKernel = tf.concat(gates.map((gate) => params[`Wh${gate}`]), 1); // prettier-ignore
    const bias = tf.concat(gates.map((gate) => params[`b${gate}`]));
    const { outputs, final } = packedLstm({ kernel, recurrentKernel, bias }, xs, options);
    return { outputs, final };
  });
}
