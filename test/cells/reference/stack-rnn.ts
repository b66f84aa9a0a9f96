import { plainActivations } from './activation';
import type { Case, Matrix, Vector } from './case';
import { add, matrixTimesVector, outer, vectorTimesMatrix, type PlainCell } from './sequence';

const σ = plainActivations.sigmoid;
const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);

interface StackStep {
  readonly h: Vector;
  readonly s: Vector;
  readonly push: number;
  readonly pop: number;
  readonly value: number;
  /** The stack as it would be after a push, and after a pop. */
  readonly pushed: Vector;
  readonly popped: Vector;
}

/** Everything on the way from x, h and the stack s to what comes after them, with the paper's equations. */
export function plainStackStep(params: Case['params'], x: Vector, h: Vector, s: Vector, seen: number): StackStep {
  const { Wxh, Whh, Wsh, Wha, Whs } = params as Readonly<Record<string, Matrix>>;
  const a = add(
    vectorTimesMatrix(x, Wxh ?? []),
    vectorTimesMatrix(h, Whh ?? []),
    vectorTimesMatrix(s.slice(0, seen), Wsh ?? []),
  );
  const next = a.map(σ.f);
  const e = vectorTimesMatrix(next, Wha ?? []).map(Math.exp);
  const [push = NaN, pop = NaN] = e.map((value) => value / ((e[0] ?? NaN) + (e[1] ?? NaN)));
  const value = σ.f(vectorTimesMatrix(next, Whs ?? [])[0] ?? NaN);
  const [pushed, popped] = [
    [value, ...s.slice(0, -1)],
    [...s.slice(1), 0],
  ];
  const stack = add(pushed.map((each) => push * each), popped.map((each) => pop * each)); // prettier-ignore
  return { h: next, s: stack, push, pop, value, pushed, popped };
}

/** The stack RNN in float64, its backward pass by hand. */
export function plainStackRnn({ depth, seen }: { depth: number; seen: number }): PlainCell {
  return {
    stateParts: ['h', 's'],
    stateSize: ({ Whh }, part) => (part === 's' ? depth : (Whh?.length ?? NaN)),
    step(params, x, { h = [], s = [] }) {
      const { h: next, s: stack } = plainStackStep(params, x, h, s, seen);
      return { h: next, s: stack };
    },
    stepBackward(params, x, { h = [], s = [] }, dNext) {
      const { Wxh = [], Whh = [], Wsh = [], Wha = [], Whs = [] } = params as Readonly<Record<string, Matrix>>;
      const { h: next, push, pop, value, pushed, popped } = plainStackStep(params, x, h, s, seen);
      const ds = dNext.s ?? [];
      const [dPush, dPop] = [dot(ds, pushed), dot(ds, popped)];
      const mean = push * dPush + pop * dPop;
      const de = [push * (dPush - mean), pop * (dPop - mean)];
      const dv = [push * (ds[0] ?? NaN) * value * (1 - value)];
      const dh = add(dNext.h ?? [], matrixTimesVector(Wha, de), matrixTimesVector(Whs, dv));
      const da = dh.map((each, j) => each * (next[j] ?? NaN) * (1 - (next[j] ?? NaN)));
      const top = matrixTimesVector(Wsh, da);
      return {
        params: {
          Wxh: outer(x, da),
          Whh: outer(h, da),
          Wsh: outer(s.slice(0, seen), da),
          Wha: outer(next, de),
          Whs: outer(next, dv),
        },
        x: matrixTimesVector(Wxh, da),
        state: {
          h: matrixTimesVector(Whh, da),
          s: s.map((_, i) => push * (ds[i + 1] ?? 0) + pop * (ds[i - 1] ?? 0) + (top[i] ?? 0)),
        },
      };
    },
  };
}
