import type { Case, Growth, Sizes } from './plan.ts';

/** Milliseconds of a step, by round; or why there are none. */
export type Times =
  { readonly name: string; readonly ms: readonly number[] } | { readonly name: string; readonly absent: string };

/** One row of the table. */
export interface Row extends Case {
  readonly times: readonly Times[];
}

/** Of a fresh process that ran some steps and nothing else. */
export type Memory = {
  readonly name: string;
  readonly sizes: Sizes;
} & (
  | {
      /** Bytes before the first step and at the highest. */
      readonly before: number;
      readonly peak: number;
    }
  | { readonly absent: string }
);

/** A process before and after many training steps. */
export interface Leak {
  readonly name: string;
  readonly sizes: Sizes;
  readonly steps: number;
  readonly tensors: readonly [before: number, after: number];
  readonly bytes: readonly [before: number, after: number];
}

/** A curve a contender: the steps' times by round, for each of the sizes. */
export interface GrowthResult {
  readonly along: Growth['along'];
  readonly rows: readonly Row[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  /** Of the last minute, when the run began. */
  readonly load: number;
  readonly date: string;
  /** Of all that took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What a run found out. */
export interface Results {
  readonly machine: Machine;
  /** Contenders that could not take part at all, and why. */
  readonly absent: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly memory: readonly Memory[];
  readonly leaks: readonly Leak[];
  readonly growth: readonly GrowthResult[];
}

/** What a corpus says of itself, less the file that it came from: results are committed, and name no place of one machine. */
export function withoutPlace(note: string): string {
  return note.replace(/,? from .*$/, '');
}
