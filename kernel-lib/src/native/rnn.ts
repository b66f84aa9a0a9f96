import { rnn as rnnCell, type RnnParams } from '../cells';
import type { NativeSequence } from './sequence';
import { packedRnn, type NativeRnnOptions, type NativeRnnResult } from './packed-rnn';

/**
 * What `unroll(rnnWith(activation), params, xs, options)` computes, on fused ops and differentiable (once): {@link packedRnn}
 * with the parameters named as in the equation of the cell.
 * Shapes: xs [batch, time, input], or ids int32 [batch, time] ({@link NativeSequence}); outputs [batch, time, hidden].
 *
 * @throws Error, before any op runs, for shapes and dtypes that do not fit each other
 */
export function rnn(params: RnnParams, xs: NativeSequence, options: NativeRnnOptions = {}): NativeRnnResult {
  rnnCell.sizes(params);
  const { Wxh, Whh, bh } = params;
  return packedRnn({ kernel: Wxh, recurrentKernel: Whh, bias: bh }, xs, options);
}
