import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Subject } from './derivations';
import {
  drawCase,
  flatten,
  relativeError,
  type Case,
  type CaseFlags,
  type CaseSizes,
  type Nested,
  type Result,
} from './reference/case';

const odd: CaseSizes = { batch: 7, time: 9, input: 3, hidden: 5 };

/** The cases on which every way to a cell's numbers must agree with the float64 reference. */
export function casesOf({ paramShapes, plain }: Subject): Case[] {
  const draw = (sizes: CaseSizes, flags?: CaseFlags): Case => drawCase(paramShapes, plain, sizes, flags);
  return [
    draw({ batch: 1, time: 1, input: 1, hidden: 1 }),
    draw({ batch: 7, time: 1, input: 3, hidden: 5 }, { givenState: true }),
    draw({ batch: 1, time: 33, input: 3, hidden: 5 }, { givenState: true }),
    draw({ batch: 7, time: 33, input: 13, hidden: 17 }),
    draw(odd, { masked: true }),
    draw(odd, { reverse: true }),
    draw(odd, { masked: true, reverse: true, givenState: true }),
  ];
}

interface Golden {
  readonly versions: { readonly torch: string };
  readonly cases: readonly (Case & Required<Result> & { readonly cell: string })[];
}
/** What PyTorch made of a cell. */
export function goldenOf({ cell, golden, goldenName = cell.name }: Subject): Golden['cases'] {
  const file = new URL(`../golden/${golden}`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as Golden).cases.filter((each) => each.cell === goldenName);
}

/** Outputs, final state and every gradient, each to a relative error of at most 1e-5. */
export function expectAgreement(got: Result, expected: Required<Result>): void {
  expect(Object.keys(got.gradients).sort()).toEqual(Object.keys(expected.gradients).sort());
  const pairs: [string, Nested, Nested | undefined][] = [
    ...Object.entries(got.gradients).map(([name, value]) => [name, value, expected.gradients[name]] as never),
    ...Object.entries(got.final ?? {}).map(([name, value]) => [`final ${name}`, value, expected.final[name]] as never),
  ];
  if (got.outputs !== undefined) pairs.push(['outputs', got.outputs, expected.outputs]);
  const scale = largest(Object.values(expected.gradients));
  for (const [name, value, wanted] of pairs) expect(errorAt(value, wanted ?? [], scale), name).toBeLessThan(1e-5);
}

/** The relative error; of a gradient that is 0 but for rounding, as an sLSTM's dbi from an empty memory, next to all others. */
export function errorAt(got: Nested, expected: Nested, scale: number): number {
  return largest(expected) < 1e-9 * scale ? largest(got) / scale : relativeError(got, expected);
}

/** The largest number, whatever its sign. */
export const largest = (nested: Nested): number => Math.max(...flatten(nested).map(Math.abs));
