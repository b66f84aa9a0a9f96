import type * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells';
import { unroll, type Unrolled } from '../sequence';
import type { NativeSequenceOptions } from './sequence';

/** The recurrence from its equations, step by step: what serves where no fused op does. */
export function walkEquations<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  { initialState, mask, reverse }: NativeSequenceOptions<S>,
): Unrolled<S> {
  return unroll(cell, params, xs, {
    ...(initialState && { initialState }),
    ...(mask && { mask }),
    ...(reverse && { reverse }),
  });
}
