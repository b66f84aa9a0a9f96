import type { Case, Matrix, Nested, Result, Vector } from './case';

type PlainParams = Case['params'];
export type PlainState = Readonly<Record<string, Vector>>;

/** What a step's backward pass makes of ∂E/∂state. */
export interface PlainStepGradients {
  readonly params: Readonly<Record<string, Vector | Matrix>>;
  readonly x: Vector;
  readonly state: PlainState;
}

/** A cell in float64 numbers, one sequence of the batch at a time, written from the equations and from nothing else. */
export interface PlainCell {
  readonly stateParts: readonly string[];
  /** How wide a part of the state is; as wide as Whh unless the cell has none. */
  readonly stateSize?: (params: PlainParams, part: string) => number;
  /** What a part of the state begins with; 0 for a part that is not named. */
  readonly stateStart?: Readonly<Record<string, number>>;
  /** A number for a part of the state to begin with, from one drawn at random; the same unless the cell has its own bounds. */
  readonly drawnState?: (part: string, value: number) => number;
  step(params: PlainParams, x: Vector, state: PlainState): PlainState;
  /** The gradients for a step's arguments, from those for the state after it. */
  stepBackward(params: PlainParams, x: Vector, state: PlainState, dNext: PlainState): PlainStepGradients;
}

/** Walks along every sequence of a case and back. */
export function solvePlainly(cell: PlainCell, problem: Case): Required<Result> {
  const gradients: Record<string, Nested> = {};
  for (const [name, value] of Object.entries(problem.params)) gradients[`d${name}`] = zerosLike(value);
  const sequences = problem.xs.map((_, n) => solveSequence(cell, problem, n));
  for (const { dParams } of sequences) {
    for (const step of dParams) {
      for (const [name, value] of Object.entries(step)) addInto(gradients[`d${name}`], value);
    }
  }
  gradients.dxs = sequences.map(({ dxs }) => dxs);
  const final: Record<string, Nested> = {};
  for (const part of cell.stateParts) {
    gradients[`d${part}0`] = sequences.map(({ dState }) => dState[part] ?? []);
    final[part] = sequences.map((sequence) => sequence.final[part] ?? []);
  }
  return { outputs: sequences.map(({ outputs }) => outputs), final, gradients };
}

/** E = Σ outputs ⊙ dOutputs. */
export function plainLoss(cell: PlainCell, problem: Case): number {
  let sum = 0;
  problem.xs.forEach((_, n) => {
    walk(cell, problem, n).outputs.forEach((output, t) => {
      output.forEach((h, j) => (sum += h * (problem.dOutputs[n]?.[t]?.[j] ?? NaN)));
    });
  });
  return sum;
}

interface Walk {
  readonly order: readonly number[];
  readonly before: PlainState[];
  readonly outputs: Matrix;
  readonly final: PlainState;
}

function walk(cell: PlainCell, { params, xs, mask, initialState, reverse }: Case, n: number): Walk {
  const sequence = xs[n] ?? [];
  const start = (part: string): Vector =>
    new Array<number>(cell.stateSize?.(params, part) ?? params.Whh?.length ?? NaN).fill(cell.stateStart?.[part] ?? 0);
  const order = reverse ? [...sequence.keys()].reverse() : [...sequence.keys()];
  const before: PlainState[] = [];
  const outputs: Matrix = [];
  let state: PlainState = Object.fromEntries(
    cell.stateParts.map((part) => [part, initialState?.[part]?.[n] ?? start(part)]),
  );
  for (const t of order) {
    before[t] = state;
    if (isTaken(mask, n, t)) state = cell.step(params, sequence[t] ?? [], state);
    outputs[t] = state.h ?? [];
  }
  return { order, before, outputs, final: state };
}

function solveSequence(cell: PlainCell, problem: Case, n: number) {
  const { order, before, outputs, final } = walk(cell, problem, n);
  const { params, xs, mask, dOutputs } = problem;
  const dParams: PlainStepGradients['params'][] = [];
  const dxs: Matrix = [];
  let dState: PlainState = Object.fromEntries(cell.stateParts.map((part) => [part, (final[part] ?? []).map(() => 0)]));
  for (const t of [...order].reverse()) {
    const dOutput = dOutputs[n]?.[t] ?? [];
    dState = { ...dState, h: (dState.h ?? []).map((dh, j) => dh + (dOutput[j] ?? NaN)) };
    const x = xs[n]?.[t] ?? [];
    if (!isTaken(mask, n, t)) {
      dxs[t] = x.map(() => 0);
      continue;
    }
    const step = cell.stepBackward(params, x, before[t] ?? {}, dState);
    dParams.push(step.params);
    dxs[t] = step.x;
    dState = step.state;
  }
  return { outputs, final, dParams, dxs, dState };
}

const isTaken = (mask: Matrix | null, n: number, t: number): boolean => mask === null || mask[n]?.[t] === 1;

function zerosLike(nested: Nested): Nested {
  return Array.isArray(nested) ? nested.map(zerosLike) : 0;
}

function addInto(sum: Nested | undefined, value: Nested): void {
  if (!Array.isArray(sum) || !Array.isArray(value)) throw new Error('A gradient has another rank than its parameter.');
  value.forEach((item, i) => {
    const before = sum[i];
    if (typeof item === 'number' && typeof before === 'number') sum[i] = before + item;
    else addInto(before, item);
  });
}

export const vectorTimesMatrix = (v: Vector, M: Matrix): Vector =>
  (M[0] ?? []).map((_, j) => v.reduce((sum, value, i) => sum + value * (M[i]?.[j] ?? NaN), 0));

export const matrixTimesVector = (M: Matrix, v: Vector): Vector =>
  M.map((row) => row.reduce((sum, value, j) => sum + value * (v[j] ?? NaN), 0));

export const outer = (a: Vector, b: Vector): Matrix => a.map((x) => b.map((y) => x * y));

export const add = (...vectors: Vector[]): Vector =>
  (vectors[0] ?? []).map((_, j) => vectors.reduce((sum, vector) => sum + (vector[j] ?? NaN), 0));
