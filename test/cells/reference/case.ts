import { rng, type Rng } from 'kernel-lib/tensor';
import type { PlainCell } from './sequence';

export type Vector = number[];
export type Matrix = Vector[];
/** A tensor of any rank as nested lists of plain numbers. */
export type Nested = number | Nested[];

/** One sequence problem in plain numbers, which every derivation solves. E = Σ outputs ⊙ dOutputs. */
export interface Case {
  readonly name: string;
  readonly reverse: boolean;
  readonly params: Readonly<Record<string, Vector | Matrix>>;
  /** [batch, time, input] */
  readonly xs: Matrix[];
  /** [batch, time, hidden] */
  readonly dOutputs: Matrix[];
  /** [batch, time] of 0 and 1 */
  readonly mask: Matrix | null;
  /** Each [batch, hidden]. */
  readonly initialState: Readonly<Record<string, Matrix>> | null;
}

/** What a derivation made of a case. Gradients are named dWxh, ..., dxs, and dh0 for the part h of the initial state. */
export interface Result {
  readonly outputs?: Nested;
  readonly final?: Readonly<Record<string, Nested>>;
  readonly gradients: Readonly<Record<string, Nested>>;
}

export interface CaseSizes {
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
}

export interface CaseFlags {
  readonly masked?: boolean;
  readonly reverse?: boolean;
  readonly givenState?: boolean;
}

/** Draws a case. Its numbers are float32 numbers, so that a float64 reference starts from the same ones. */
export function drawCase(
  paramShapes: (sizes: CaseSizes) => Record<string, readonly number[]>,
  { stateParts, stateSize, drawnState = (_, value) => value }: PlainCell,
  sizes: CaseSizes,
  flags: CaseFlags = {},
): Case {
  const { batch, time, input, hidden } = sizes;
  const g = rng(1).fork(JSON.stringify([sizes, flags]));
  const draw = (shape: readonly number[], std: number): Nested => drawNested(g, shape, std);
  // Moderate weights: near |h| = 1 the slope 1 - h² loses its digits in float32, whoever computes it.
  const drawn = Object.entries(paramShapes(sizes)).map(([name, shape]) => {
    return [name, draw(shape, 0.5 / Math.sqrt(shape[0] ?? 1))];
  });
  const params = Object.fromEntries(drawn) as Case['params'];
  const state = stateParts.map((part) => {
    const drawn = draw([batch, stateSize?.(params, part) ?? hidden], 0.5) as Matrix;
    return [part, drawn.map((row) => row.map((value) => Math.fround(drawnState(part, value))))];
  });
  const kinds = Object.entries(flags).flatMap(([flag, on]) => (on ? [flag] : []));
  return {
    name: [`batch ${batch}, time ${time}, input ${input}, hidden ${hidden}`, ...kinds].join(', '),
    reverse: flags.reverse ?? false,
    params,
    xs: draw([batch, time, input], 1) as Matrix[],
    dOutputs: draw([batch, time, hidden], 1) as Matrix[],
    mask: flags.masked ? Array.from({ length: batch }, () => drawMask(g, time)) : null,
    initialState: flags.givenState ? (Object.fromEntries(state) as Record<string, Matrix>) : null,
  };
}

function drawNested(g: Rng, [size, ...rest]: readonly number[], std: number): Nested {
  if (size === undefined) return Math.fround(std * g.normal());
  return Array.from({ length: size }, () => drawNested(g, rest, std));
}

function drawMask(g: Rng, time: number): Vector {
  return Array.from({ length: time }, () => (g.uniform() < 0.7 ? 1 : 0));
}

export function flatten(nested: Nested): number[] {
  return Array.isArray(nested) ? nested.flatMap(flatten) : [nested];
}

/** max |got - expected| / max |expected|, and NaN where the shapes differ. */
export function relativeError(got: Nested, expected: Nested): number {
  if (shapeOf(got) !== shapeOf(expected)) return NaN;
  const [a, b] = [flatten(got), flatten(expected)];
  const difference = Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
  const scale = Math.max(...b.map(Math.abs));
  return difference === 0 ? 0 : difference / scale;
}

function shapeOf(nested: Nested): string {
  return Array.isArray(nested) ? `${nested.length} ${shapeOf(nested[0] ?? 0)}` : '';
}
