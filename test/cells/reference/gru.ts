import type { GruForm } from 'kernel-lib/cells';
import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

type GateName = 'r' | 'z' | 'h';
type PlainForm = Required<GruForm>;

const times = (a: Vector, b: Vector): Vector => a.map((value, j) => value * (b[j] ?? NaN));
const minus = (a: Vector, b: Vector): Vector => a.map((value, j) => value - (b[j] ?? NaN));
const oneMinus = (a: Vector): Vector => a.map((value) => 1 - value);

/**
 * r = σ(ar), z = σ(az), h̃ = φ(ah), each a = x Wx + h Wh + b but ah, in which r stands before or after Whh:
 *   after: ah = x Wxh + bh + r ⊙ (h Whh + bhh)    before: ah = x Wxh + (r ⊙ h) Whh + bh
 * and h' = z h + (1 - z) h̃ (keep) or (1 - z) h + z h̃ (replace). Slopes are taken from each a itself.
 */
export function plainGru({ reset, update, gateActivation, candidateActivation }: PlainForm): PlainCell {
  const [σ, φ] = [plainActivations[gateActivation], plainActivations[candidateActivation]];

  const forward = (params: Case['params'], x: Vector, h: Vector) => {
    const p = params as Record<`W${'x' | 'h'}${GateName}`, Matrix> & Record<'br' | 'bz' | 'bh' | 'bhh', Vector>;
    const ar = add(vectorTimesMatrix(x, p.Wxr), vectorTimesMatrix(h, p.Whr), p.br);
    const az = add(vectorTimesMatrix(x, p.Wxz), vectorTimesMatrix(h, p.Whz), p.bz);
    const [r, z] = [ar.map(σ.f), az.map(σ.f)];
    const recurrent =
      reset === 'after' ? times(r, add(vectorTimesMatrix(h, p.Whh), p.bhh)) : vectorTimesMatrix(times(r, h), p.Whh);
    const ah = add(vectorTimesMatrix(x, p.Wxh), p.bh, recurrent);
    return { p, ar, az, ah, r, z, hTilde: ah.map(φ.f) };
  };

  return {
    stateParts: ['h'],

    step(params, x, { h = [] }) {
      const { z, hTilde } = forward(params, x, h);
      const [ofOld, ofNew] = update === 'keep' ? [z, oneMinus(z)] : [oneMinus(z), z];
      return { h: add(times(ofOld, h), times(ofNew, hTilde)) };
    },

    stepBackward(params, x, { h = [] }, { h: dh = [] }) {
      const { p, ar, az, ah, r, z, hTilde } = forward(params, x, h);
      const [ofOld, ofNew] = update === 'keep' ? [z, oneMinus(z)] : [oneMinus(z), z];
      const dz = times(dh, update === 'keep' ? minus(h, hTilde) : minus(hTilde, h));
      const daz = times(dz, az.map(σ.slope));
      const dah = times(times(dh, ofNew), ah.map(φ.slope));
      const after = reset === 'after';
      const dhWhh = times(dah, r);
      const drh = matrixTimesVector(p.Whh, dah);
      const dr = after ? times(dah, add(vectorTimesMatrix(h, p.Whh), p.bhh)) : times(drh, h);
      const dar = times(dr, ar.map(σ.slope));
      return {
        params: {
          ...{ Wxr: outer(x, dar), Whr: outer(h, dar), br: dar },
          ...{ Wxz: outer(x, daz), Whz: outer(h, daz), bz: daz },
          ...{ Wxh: outer(x, dah), Whh: after ? outer(h, dhWhh) : outer(times(r, h), dah), bh: dah },
          ...(after && { bhh: dhWhh }),
        },
        x: add(matrixTimesVector(p.Wxr, dar), matrixTimesVector(p.Wxz, daz), matrixTimesVector(p.Wxh, dah)),
        state: {
          h: add(
            times(dh, ofOld),
            matrixTimesVector(p.Whr, dar),
            matrixTimesVector(p.Whz, daz),
            after ? matrixTimesVector(p.Whh, dhWhh) : times(drh, r),
          ),
        },
      };
    },
  };
}
