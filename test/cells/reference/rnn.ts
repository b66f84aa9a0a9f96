import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

/** h_t = f(a_t), a_t = x_t Wxh + h_{t-1} Whh + bh, and ∂E/∂a_t = ∂E/∂h_t f'(a_t), with f' from a_t itself. */
function plainRnn(f: (a: number) => number, slope: (a: number) => number): PlainCell {
  const preActivation = (params: Case['params'], x: Vector, h: Vector): Vector => {
    const { Wxh, Whh, bh } = params as { Wxh: Matrix; Whh: Matrix; bh: Vector };
    return add(vectorTimesMatrix(x, Wxh), vectorTimesMatrix(h, Whh), bh);
  };
  return {
    stateParts: ['h'],
    step: (params, x, { h = [] }) => ({ h: preActivation(params, x, h).map(f) }),
    stepBackward(params, x, { h = [] }, { h: dh = [] }) {
      const a = preActivation(params, x, h);
      const da = dh.map((value, j) => value * slope(a[j] ?? NaN));
      return {
        params: { Wxh: outer(x, da), Whh: outer(h, da), bh: da },
        x: matrixTimesVector(params.Wxh as Matrix, da),
        state: { h: matrixTimesVector(params.Whh as Matrix, da) },
      };
    },
  };
}

export const plainTanhRnn: PlainCell = plainRnn(Math.tanh, (a) => 1 / Math.cosh(a) ** 2);
export const plainReluRnn: PlainCell = plainRnn(
  (a) => Math.max(a, 0),
  (a) => (a > 0 ? 1 : 0),
);
