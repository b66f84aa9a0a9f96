import * as tf from '@tensorflow/tfjs-node';
import { gruWith, type Cell, type GruParams, type GruResetBeforeParams, type GruState, type Params } from '../cells';
import { packedGru, type NativeGruOptions, type NativeGruResult } from './packed-gru';
import { checkAllFloats, checkSequenceArguments, type NativeSequence } from './sequence';

/** The parameters of the cell `gruWith(options)`: with reset 'after' there is a bhh, with reset 'before' there is none. */
export type NativeGruParams = GruResetBeforeParams & Partial<Pick<GruParams, 'bhh'>>;

/**
 * What `unroll(gruWith(options), params, xs, options)` computes, on fused ops and differentiable (once): {@link packedGru} with
 * the parameters named as in the equations of the cell.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); outputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other
 */
export function gru(params: NativeGruParams, xs: NativeSequence, options: NativeGruOptions = {}): NativeGruResult {
  const cell = gruWith(options) as Cell<Params, GruState, never>;
  const { inputSize: input, hiddenSize: hidden } = cell.sizes(params);
  checkAllFloats(params);
  checkSequenceArguments({ input, hidden }, xs, options, ['h'], ['z', 'r', 'h']);
  const { Wxz, Wxr, Wxh, Whz, Whr, Whh, bz, br, bh, bhh } = params;

  return tf.tidy(() => {
    const kernel = tf.concat2d([Wxz, Wxr, Wxh], 1);
    const recurrentKernel = tf.concat2d([Whz, Whr, Whh], 1);
    const packed = { kernel, recurrentKernel, bias: tf.concat1d([bz, br, bh]) };
    return packedGru(bhh ? { ...packed, candidateRecurrentBias: bhh } : packed, xs, options);
  });
}
