import type { LstmActivations } from 'kernel-lib/cells';
import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

/** c_t = σ(a_f) c_{t-1} + σ(a_i) φ(a_g), h_t = σ(a_o) ψ(c_t), a_k = x_t Wxk + h_{t-1} Whk + bk, slopes from the a_k. */
export function plainLstm({
  gateActivation = 'sigmoid',
  candidateActivation = 'tanh',
  outputActivation = 'tanh',
}: LstmActivations): PlainCell {
  const σ = plainActivations[gateActivation];
  const φ = plainActivations[candidateActivation];
  const ψ = plainActivations[outputActivation];

  const forward = (params: Case['params'], x: Vector, h: Vector, c: Vector) => {
    const [ai, af, ao, ag] = ['i', 'f', 'o', 'g'].map((gate) => preActivation(params, gate, x, h));
    const [i, f, o, g] = [map(ai, σ.f), map(af, σ.f), map(ao, σ.f), map(ag, φ.f)];
    const c_t = add(times(f, c), times(i, g));
    return { ai, af, ao, ag, i, f, o, g, c_t, h_t: times(o, map(c_t, ψ.f)) };
  };
  return {
    stateParts: ['h', 'c'],
    stateSize: ({ Whi }, part) => (part === 'h' ? Whi?.length : (Whi as Matrix)[0]?.length) ?? NaN,
    step(params, x, { h = [], c = [] }) {
      const { h_t, c_t } = forward(params, x, h, c);
      return { h: h_t, c: c_t };
    },
    stepBackward(params, x, { h = [], c = [] }, { h: dh = [], c: dcLater = [] }) {
      const { ai, af, ao, ag, i, f, o, g, c_t } = forward(params, x, h, c);
      const dc = add(dcLater, times(dh, o, map(c_t, ψ.slope)));
      const da = {
        i: times(dc, g, map(ai, σ.slope)),
        f: times(dc, c, map(af, σ.slope)),
        o: times(dh, map(c_t, ψ.f), map(ao, σ.slope)),
        g: times(dc, i, map(ag, φ.slope)),
      };
      const gates = Object.entries(da);
      return {
        params: Object.assign(
          {},
          ...gates.map(([k, da_k]) => ({ [`Wx${k}`]: outer(x, da_k), [`Wh${k}`]: outer(h, da_k), [`b${k}`]: da_k })),
        ) as Record<string, Matrix | Vector>,
        x: add(...gates.map(([k, da_k]) => matrixTimesVector(params[`Wx${k}`] as Matrix, da_k))),
        state: {
          h: add(...gates.map(([k, da_k]) => matrixTimesVector(params[`Wh${k}`] as Matrix, da_k))),
          c: times(dc, f),
        },
      };
    },
  };
}

function preActivation(params: Case['params'], gate: string, x: Vector, h: Vector): Vector {
  const { [`Wx${gate}`]: Wx, [`Wh${gate}`]: Wh, [`b${gate}`]: b } = params;
  return add(vectorTimesMatrix(x, Wx as Matrix), vectorTimesMatrix(h, Wh as Matrix), b as Vector);
}

const map = (v: Vector | undefined, f: (a: number) => number): Vector => (v ?? []).map((a) => f(a));
const times = (...vectors: Vector[]): Vector =>
  (vectors[0] ?? []).map((_, j) => vectors.reduce((product, vector) => product * (vector[j] ?? NaN), 1));
