import type { LstmActivations } from 'kernel-lib/cells';
import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

type Gates = Readonly<Record<string, Vector>>;

/**
 * c_t = σ(a_f) c_{t-1} + σ(a_i) φ(a_g), h_t = σ(a_o) ψ(c_t), a_k = x_t Wxk + h_{t-1} Whk + pk c + bk, slopes from the a_k.
 * What the parameters leave out is left out: pk is 0 and f is 1 - i. With Wmh, h_t = m_t Wmh, where m_t is h_t without it.
 */
export function plainLstm({
  gateActivation = 'sigmoid',
  candidateActivation = 'tanh',
  outputActivation = 'tanh',
}: LstmActivations): PlainCell {
  const σ = plainActivations[gateActivation];
  const φ = plainActivations[candidateActivation];
  const ψ = plainActivations[outputActivation];

  const forward = (params: Case['params'], x: Vector, h: Vector, c: Vector) => {
    const [ai, ag] = [preActivation(params, 'i', x, h, c), preActivation(params, 'g', x, h, c)];
    const af = 'Wxf' in params ? preActivation(params, 'f', x, h, c) : undefined;
    const [i, g] = [map(ai, σ.f), map(ag, φ.f)];
    const f = af ? map(af, σ.f) : map(i, (value) => 1 - value);
    const c_t = add(times(f, c), times(i, g));
    const ao = preActivation(params, 'o', x, h, c_t);
    const o = map(ao, σ.f);
    const m = times(o, map(c_t, ψ.f));
    const h_t = params.Wmh ? vectorTimesMatrix(m, params.Wmh as Matrix) : m;
    return { ai, af, ao, ag, i, f, o, g, c_t, m, h_t };
  };
  return {
    stateParts: ['h', 'c'],
    stateSize: ({ Whi }, part) => (part === 'h' ? Whi?.length : (Whi as Matrix)[0]?.length) ?? NaN,
    step(params, x, { h = [], c = [] }) {
      const { h_t, c_t } = forward(params, x, h, c);
      return { h: h_t, c: c_t };
    },
    stepBackward(params, x, { h = [], c = [] }, { h: dh = [], c: dcLater = [] }) {
      const { ai, af, ao, ag, i, f, o, g, c_t, m } = forward(params, x, h, c);
      const dm = params.Wmh ? matrixTimesVector(params.Wmh as Matrix, dh) : dh;
      const da_o = times(dm, map(c_t, ψ.f), map(ao, σ.slope));
      const dc = add(dcLater, times(dm, o, map(c_t, ψ.slope)), times(da_o, peephole(params, 'o', c)));
      const [df, di] = [times(dc, c), times(dc, g)];
      const da: Gates = {
        o: da_o,
        g: times(dc, i, map(ag, φ.slope)),
        i: times(af ? di : subtract(di, df), map(ai, σ.slope)),
        ...(af && { f: times(df, map(af, σ.slope)) }),
      };
      const through = add(...['i', 'f'].map((gate) => times(da[gate] ?? zeros(c), peephole(params, gate, c))));
      const { state, ...gradients } = gateGradients(params, x, h, da);
      const dp = Object.keys(params).filter((name) => name.startsWith('p'));
      const dPeepholes = dp.map((name) => [name, times(da[name.slice(1)] ?? [], name === 'po' ? c_t : c)]);
      return {
        x: gradients.x,
        params: {
          ...gradients.params,
          ...(Object.fromEntries(dPeepholes) as Gates),
          ...(params.Wmh && { Wmh: outer(m, dh) }),
        },
        state: { ...state, c: add(times(dc, f), through) },
      };
    },
  };
}

function preActivation(params: Case['params'], gate: string, x: Vector, h: Vector, c: Vector): Vector {
  const { [`Wx${gate}`]: Wx, [`Wh${gate}`]: Wh, [`b${gate}`]: b } = params;
  const looked = times(peephole(params, gate, c), c);
  return add(vectorTimesMatrix(x, Wx as Matrix), vectorTimesMatrix(h, Wh as Matrix), looked, b as Vector);
}

function gateGradients(params: Case['params'], x: Vector, h: Vector, da: Gates) {
  const gates = Object.entries(da);
  const back = (kind: string): Vector =>
    add(...gates.map(([gate, a]) => matrixTimesVector(params[`${kind}${gate}`] as Matrix, a)));
  const perGate = gates.map(([gate, a]) => ({
    [`Wx${gate}`]: outer(x, a),
    [`Wh${gate}`]: outer(h, a),
    [`b${gate}`]: a,
  }));
  return {
    params: Object.assign({}, ...perGate) as Record<string, Matrix | Vector>,
    x: back('Wx'),
    state: { h: back('Wh') },
  };
}

const peephole = (params: Case['params'], gate: string, c: Vector): Vector =>
  (params[`p${gate}`] as Vector | undefined) ?? zeros(c);
const zeros = (v: Vector): Vector => v.map(() => 0);
const map = (v: Vector, f: (a: number) => number): Vector => v.map((a) => f(a));
const subtract = (a: Vector, b: Vector): Vector => a.map((value, j) => value - (b[j] ?? NaN));
const times = (...vectors: Vector[]): Vector =>
  (vectors[0] ?? []).map((_, j) => vectors.reduce((product, vector) => product * (vector[j] ?? NaN), 1));
