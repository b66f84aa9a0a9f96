import type * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells';
import { unroll, type Unrolled } from '../sequence';
import type { NativeSequenceOptions } from './sequence';

/** The recurrence from its equations, step by step: what serves where no fused op does. */
export function walkEquations<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  { initialState, mask, reverse, recurrentDropoutMask }: NativeSequenceOptions<S>,
): Unrolled<S> {
  const walked = recurrentDropoutMask ? withRecurrentDropout(cell, recurrentDropoutMask) : cell;
  return unroll(walked, params, xs, {
    ...(initialState && { initialState }),
    ...(mask && { mask }),
    ...(reverse && { reverse }),
  });
}

/** The cell that sees h_{t-1} ⊙ mask. */
function withRecurrentDropout<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  mask: tf.Tensor2D,
): Cell<P, S, Options> {
  const seen = (state: S): S => ({ ...state, h: state.h.mul(mask) });
  const stepwise: Cell<P, S, Options> = { ...cell, step: (params, x, state) => cell.step(params, x, seen(state)) };
  if (!cell.hoist) return stepwise;
  const hoist = cell.hoist.bind(cell);
  return {
    ...stepwise,
    hoist(params, xs) {
      const stepAt = hoist(params, xs);
      return (t, state) => stepAt(t, seen(state));
    },
  };
}
