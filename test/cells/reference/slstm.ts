import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

const σ = plainActivations.sigmoid;
const gates = ['i', 'f', 'o', 'z'] as const;

/** One unit: c' = f c + i z, n' = f n + i, h' = o c' / n', with i = exp(ai - m'), f = exp(lf + m - m'), m' = max(lf + m, ai). */
export function plainSlstm(forget: 'sigmoid' | 'exp'): PlainCell {
  const logForget = (a: number): number => (forget === 'exp' ? a : -Math.log1p(Math.exp(-a)));
  const logForgetSlope = (a: number): number => (forget === 'exp' ? 1 : σ.f(-a));

  const forward = (params: Case['params'], x: Vector, h: Vector) =>
    gates.map((k) =>
      add(
        vectorTimesMatrix(x, params[`Wx${k}`] as Matrix),
        vectorTimesMatrix(h, params[`Wh${k}`] as Matrix),
        params[`b${k}`] as Vector,
      ),
    );
  const unit = ([ai, af, ao, az]: Quadruple, c: number, n: number, mBefore: number) => {
    const lf = logForget(af) + mBefore;
    const m = Math.max(lf, ai);
    const [i, f, o, z] = [Math.exp(ai - m), Math.exp(lf - m), σ.f(ao), Math.tanh(az)];
    const [c_t, n_t] = [f * c + i * z, f * n + i];
    return { lf, i, f, o, z, c: c_t, n: n_t, m, h: (o * c_t) / n_t };
  };
  const units = (a: Vector[], { c = [], n = [], m = [] }: Readonly<Record<string, Vector>>) =>
    c.map((c_j, j) => unit(a.map((values) => values[j] ?? NaN) as Quadruple, c_j, n[j] ?? NaN, m[j] ?? NaN));

  return {
    stateParts: ['h', 'c', 'n', 'm'],
    stateStart: { m: -1e30 },
    // A normalizer is a sum of exponentials.
    drawnState: (part, value) => (part === 'n' ? Math.abs(value) + 0.5 : value),
    step(params, x, state) {
      const after = units(forward(params, x, state.h ?? []), state);
      const part = (name: 'h' | 'c' | 'n' | 'm'): Vector => after.map((each) => each[name]);
      return { h: part('h'), c: part('c'), n: part('n'), m: part('m') };
    },
    stepBackward(params, x, state, dNext) {
      const a = forward(params, x, state.h ?? []);
      const backward = units(a, state).map((u, j) => {
        const [ai, af, ao, az] = a.map((values) => values[j] ?? NaN) as Quadruple;
        const of = (record: Readonly<Record<string, Vector>>, part: string): number => record[part]?.[j] ?? NaN;
        const dh = of(dNext, 'h');
        const dc = of(dNext, 'c') + (dh * u.o) / u.n;
        const dn = of(dNext, 'n') - (dh * u.h) / u.n;
        const dLogI = (dc * u.z + dn) * u.i;
        const dLogF = (dc * of(state, 'c') + dn * of(state, 'n')) * u.f;
        const dm = of(dNext, 'm') - dLogI - dLogF;
        const dLf = dLogF + (u.lf >= ai ? dm : 0);
        return {
          a: {
            i: dLogI + (u.lf >= ai ? 0 : dm),
            f: dLf * logForgetSlope(af),
            o: ((dh * u.c) / u.n) * σ.slope(ao),
            z: (dc * u.i) / Math.cosh(az) ** 2,
          },
          c: dc * u.f,
          n: dn * u.f,
          m: dLf,
        };
      });
      const perGate = gates.map((k) => [k, backward.map((each) => each.a[k])] as const);
      const back = (kind: string): Vector =>
        add(...perGate.map(([k, da]) => matrixTimesVector(params[`${kind}${k}`] as Matrix, da)));
      return {
        params: Object.fromEntries(
          perGate.flatMap(([k, da]) => [
            [`Wx${k}`, outer(x, da)],
            [`Wh${k}`, outer(state.h ?? [], da)],
            [`b${k}`, da],
          ]),
        ) as Record<string, Matrix | Vector>,
        x: back('Wx'),
        state: {
          h: back('Wh'),
          c: backward.map(({ c }) => c),
          n: backward.map(({ n }) => n),
          m: backward.map(({ m }) => m),
        },
      };
    },
    stateSize: ({ Whi }) => Whi?.length ?? NaN,
  };
}

type Quadruple = [number, number, number, number];
