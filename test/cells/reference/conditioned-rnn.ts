import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

/** h' = tanh(x Wxh + h Whh + v Wvh + bh), v' = v. */
export const plainConditionedRnn: PlainCell = {
  stateParts: ['h', 'v'],
  stateSize: ({ Whh, Wvh }, part) => (part === 'h' ? Whh : Wvh)?.length ?? NaN,
  step: (params, x, { h = [], v = [] }) => ({ h: preActivation(params, x, h, v).map(Math.tanh), v }),
  stepBackward(params, x, { h = [], v = [] }, { h: dh = [], v: dvLater = [] }) {
    const da = preActivation(params, x, h, v).map((a, j) => (dh[j] ?? NaN) / Math.cosh(a) ** 2);
    return {
      params: { Wxh: outer(x, da), Whh: outer(h, da), Wvh: outer(v, da), bh: da },
      x: matrixTimesVector(params.Wxh as Matrix, da),
      state: {
        h: matrixTimesVector(params.Whh as Matrix, da),
        v: add(matrixTimesVector(params.Wvh as Matrix, da), dvLater),
      },
    };
  },
};

function preActivation({ Wxh, Whh, Wvh, bh }: Case['params'], x: Vector, h: Vector, v: Vector): Vector {
  return add(
    vectorTimesMatrix(x, Wxh as Matrix),
    vectorTimesMatrix(h, Whh as Matrix),
    vectorTimesMatrix(v, Wvh as Matrix),
    bh as Vector,
  );
}
