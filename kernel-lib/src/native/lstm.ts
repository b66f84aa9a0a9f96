import * as tf from '@tensorflow/tfjs-node';
import { lstm as lstmCell, type LstmParams } from '../cells';
import type { Peepholes } from './block-lstm';
import { checkFloats } from './check';
import { packedLstm, type NativeLstmOptions, type NativeLstmResult } from './packed-lstm';
import { checkAllFloats, checkSequenceArguments, type NativeSequence } from './sequence';

/** The parameters of the cell `lstm`, and pk [hidden] of each gate that looks at the memory. */
export type NativeLstmParams = LstmParams & Partial<Peepholes>;

/** In the order in which {@link packedLstm} wants them side by side. */
const gates = ['i', 'f', 'g', 'o'] as const;
const peepholes = ['pi', 'pf', 'po'] as const;

/**
 * What `unroll(lstmWith(options), params, xs, options)` computes, on fused ops and differentiable (once): {@link packedLstm} with
 * the parameters named as in the equations of the cells `lstm` and, where there are peepholes, `lstmPeephole`.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); outputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other
 */
export function lstm(params: NativeLstmParams, xs: NativeSequence, options: NativeLstmOptions = {}): NativeLstmResult {
  const { inputSize: input, hiddenSize: hidden } = lstmCell.sizes(params);
  checkAllFloats(params);
  for (const name of peepholes) {
    const given = params[name];
    if (given !== undefined) checkFloats(name, given, [{ hidden }], 'it must match Whi');
  }
  checkSequenceArguments({ input, hidden }, xs, options, ['h', 'c'], gates);

  return tf.tidy(() => {
    const kernel = tf.concat(gates.map((gate) => params[`Wx${gate}`]), 1); // prettier-ignore
    const recurrentKernel = tf.concat(gates.map((gate) => params[`Wh${gate}`]), 1); // prettier-ignore
    const bias = tf.concat(gates.map((gate) => params[`b${gate}`]));
    const packed = { kernel, recurrentKernel, bias };
    return packedLstm(looking(params) ? { ...packed, peepholes: allOf(params) } : packed, xs, options);
  });
}

const looking = (params: NativeLstmParams): boolean => peepholes.some((name) => params[name] !== undefined);

/** A gate that does not look has a peephole of zeros. */
function allOf({ bi, pi, pf, po }: NativeLstmParams): Peepholes {
  const none = tf.zerosLike(bi);
  return { pi: pi ?? none, pf: pf ?? none, po: po ?? none };
}
