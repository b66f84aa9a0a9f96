import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

const σ = plainActivations.sigmoid;
/** g(a) = a + 1/2 for a ≥ 0, σ(a) below. */
const positive = {
  f: (a: number) => (a >= 0 ? a + 0.5 : σ.f(a)),
  slope: (a: number) => (a >= 0 ? 1 : σ.slope(a)),
};

/** h' = kept h + taken h̃, where the gates look at x alone; `share` gives kept, taken and their slopes from each unit's gates. */
function plainMinimal(
  gates: readonly string[],
  log: boolean,
  share: (a: readonly number[]) => Readonly<{ kept: number; taken: number; dKept: number[]; dTaken: number[] }>,
): PlainCell {
  const candidate = log ? positive : plainActivations.linear;
  const all = [...gates, 'h'];
  const forward = (params: Case['params'], x: Vector) => {
    const a = all.map((k) => add(vectorTimesMatrix(x, params[`Wx${k}`] as Matrix), params[`b${k}`] as Vector));
    const aH = a.at(-1) ?? [];
    const shares = aH.map((_, j) => share(a.slice(0, -1).map((values) => values[j] ?? NaN)));
    return { aH, shares };
  };
  return {
    stateParts: ['h'],
    stateSize: ({ bh }) => bh?.length ?? NaN,
    step(params, x, { h = [] }) {
      const { aH, shares } = forward(params, x);
      return { h: shares.map(({ kept, taken }, j) => kept * (h[j] ?? NaN) + taken * candidate.f(aH[j] ?? NaN)) };
    },
    stepBackward(params, x, { h = [] }, { h: dh = [] }) {
      const { aH, shares } = forward(params, x);
      const d = (j: number): number => dh[j] ?? NaN;
      const da = gates.map((_, k) =>
        shares.map(({ dKept, dTaken }, j) => {
          return d(j) * ((dKept[k] ?? NaN) * (h[j] ?? NaN) + (dTaken[k] ?? NaN) * candidate.f(aH[j] ?? NaN));
        }),
      );
      const daH = shares.map(({ taken }, j) => d(j) * taken * candidate.slope(aH[j] ?? NaN));
      const perGate = all.map((k, n) => [k, da[n] ?? daH] as const);
      return {
        params: Object.fromEntries<Vector | Matrix>(
          perGate.flatMap(([k, dA]): [string, Vector | Matrix][] => [
            [`Wx${k}`, outer(x, dA)],
            [`b${k}`, dA],
          ]),
        ),
        x: add(...perGate.map(([k, dA]) => matrixTimesVector(params[`Wx${k}`] as Matrix, dA))),
        state: { h: shares.map(({ kept }, j) => d(j) * kept) },
      };
    },
  };
}

/** kept = 1 - z, taken = z. */
export const plainMinGru = (log: boolean): PlainCell =>
  plainMinimal(['z'], log, ([a = NaN]) => {
    return { kept: 1 - σ.f(a), taken: σ.f(a), dKept: [-σ.slope(a)], dTaken: [σ.slope(a)] };
  });

/** kept = f / (f + i), taken = i / (f + i). */
export const plainMinLstm = (log: boolean): PlainCell =>
  plainMinimal(['f', 'i'], log, ([aF = NaN, aI = NaN]) => {
    const [f, i] = [σ.f(aF), σ.f(aI)];
    const slopes = [(i * σ.slope(aF)) / (f + i) ** 2, (-f * σ.slope(aI)) / (f + i) ** 2];
    return { kept: f / (f + i), taken: i / (f + i), dKept: slopes, dTaken: slopes.map((slope) => -slope) };
  });
