import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

interface Params {
  readonly Wxh: Matrix;
  readonly Wyh: Matrix;
  readonly bh: Vector;
  readonly Why: Matrix;
  readonly by: Vector;
}

/** u = f(x Wxh + s Wyh + bh), y = g(u Why + by), where s is the y before, or μ s + y. The state's h is y. */
export function plainJordan({
  outputActivation = 'linear',
  decay,
}: {
  readonly outputActivation?: 'linear' | 'sigmoid';
  readonly decay?: number;
}): PlainCell {
  const [f, g] = [plainActivations.tanh, plainActivations[outputActivation]];
  const forward = (params: Case['params'], x: Vector, y: Vector, sBefore: Vector) => {
    const p = params as unknown as Params;
    const s = y.map((value, j) => (decay ?? 0) * (sBefore[j] ?? 0) + value);
    const a = add(vectorTimesMatrix(x, p.Wxh), vectorTimesMatrix(s, p.Wyh), p.bh);
    const u = a.map((value) => f.f(value));
    const b = add(vectorTimesMatrix(u, p.Why), p.by);
    return { p, s, a, u, b };
  };
  return {
    stateParts: decay === undefined ? ['h'] : ['h', 's'],
    stateSize: ({ by }) => by?.length ?? NaN,
    step(params, x, { h = [], s: sBefore = [] }) {
      const { b, s } = forward(params, x, h, sBefore);
      return { h: b.map((value) => g.f(value)), ...(decay !== undefined && { s }) };
    },
    stepBackward(params, x, { h = [], s: sBefore = [] }, { h: dy = [], s: dsLater = [] }) {
      const { p, s, a, u, b } = forward(params, x, h, sBefore);
      const db = dy.map((value, j) => value * g.slope(b[j] ?? NaN));
      const da = matrixTimesVector(p.Why, db).map((value, j) => value * f.slope(a[j] ?? NaN));
      const ds = matrixTimesVector(p.Wyh, da).map((value, j) => value + (dsLater[j] ?? 0));
      return {
        params: { Wxh: outer(x, da), Wyh: outer(s, da), bh: da, Why: outer(u, db), by: db },
        x: matrixTimesVector(p.Wxh, da),
        state: { h: ds, ...(decay !== undefined && { s: ds.map((value) => decay * value) }) },
      };
    },
  };
}
