import * as tf from '@tensorflow/tfjs-node';
import { checkShape } from '../tensor';
import type { Tracks } from './tracks';

/** One value a unit at each step: a tensor [time, units], or such a list of rows. */
export type UnitValues = tf.Tensor2D | readonly ArrayLike<number>[];

/** A unit beside a track. */
export interface UnitMatch {
  readonly track: string;
  /** From 0. */
  readonly unit: number;
  /** Pearson's correlation, from −1 to 1. */
  readonly r: number;
}

/** A unit found on one part of a text and asked again on the rest. */
export interface FoundUnit extends UnitMatch {
  /** Pearson's correlation on the part of the text that had no say in choosing the unit. */
  readonly heldOut: number;
}

/**
 * Pearson's correlation of every unit with every track,
 *   r = Σ_t (u_t − ū)(v_t − v̄) / √(Σ_t (u_t − ū)² Σ_t (v_t − v̄)²)
 * the strongest first, whatever its sign. A unit that never changes has none and is not among them.
 * Shapes: states [time, units], each track [time].
 *
 * The best of many units always correlates with something: hold it against a network that was never trained, and see whether the
 * unit still does on a text that did not choose it ({@link findUnits}).
 *
 * @throws Error for lengths that differ, fewer than two steps, a track that never changes, and values that are not finite
 */
export function correlateUnits(states: UnitValues, tracks: Tracks): UnitMatch[] {
  const units = columns(states);
  const known = Object.entries(tracks).map(([name, track]) => [name, standardised(name, track, units)] as const);
  const matches = units.flatMap((values, unit) => {
    const own = standardise(values);
    if (own === undefined) return [];
    return known.map(([track, other]) => ({ track, unit, r: dot(own, other) }));
  });
  return matches.sort((a, b) => Math.abs(b.r) - Math.abs(a.r));
}

/**
 * The unit that goes with each track best, chosen by {@link correlateUnits} on the first part of the text and held against the
 * rest. In the order of the tracks. `share` is how much of the text chooses: a half unless given.
 *
 * @throws Error for what {@link correlateUnits} refuses, for either part of the text
 */
export function findUnits(
  states: UnitValues,
  tracks: Tracks,
  { share = 0.5 }: { readonly share?: number } = {},
): FoundUnit[] {
  if (!(share > 0 && share < 1)) throw new Error(`findUnits: got share ${share}, expected a number between 0 and 1.`);
  const rows = rowsOf(states);
  const cut = Math.round(share * rows.length);
  const part = (from: number, to: number): Tracks =>
    Object.fromEntries(Object.entries(tracks).map(([name, track]) => [name, track.slice(from, to)]));
  for (const [name, { length }] of Object.entries(tracks)) checkLength(name, length, rows.length);
  const chosen = correlateUnits(rows.slice(0, cut), part(0, cut));
  const asked = correlateUnits(rows.slice(cut), part(cut, rows.length));
  return Object.keys(tracks).flatMap((track) => {
    const best = chosen.find((match) => match.track === track);
    if (best === undefined) return [];
    const again = asked.find((match) => match.track === track && match.unit === best.unit);
    return [{ ...best, heldOut: again?.r ?? 0 }];
  });
}

/** The rows as plain numbers. */
export function rowsOf(states: UnitValues): readonly ArrayLike<number>[] {
  if (states instanceof tf.Tensor) checkShape('states', states, ['time', 'units']);
  const rows: readonly ArrayLike<number>[] = states instanceof tf.Tensor ? states.arraySync() : states;
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw new Error('states: got nothing, expected a value for each unit at each step [time, units].');
  const odd = rows.findIndex((row) => row.length !== width);
  if (odd === -1) return rows;
  throw new Error(
    `states: got ${rows[odd]?.length} units at step ${odd + 1}, expected ${width}, as many as at the first.`,
  );
}

/** One list of values for each unit. */
function columns(states: UnitValues): Float64Array[] {
  const rows = rowsOf(states);
  const width = rows[0]?.length ?? 0;
  const units = Array.from({ length: width }, () => new Float64Array(rows.length));
  rows.forEach((row, t) => {
    for (const [unit, values] of units.entries()) {
      const value = row[unit] ?? NaN;
      if (!Number.isFinite(value)) {
        throw new Error(`states: got ${value} for unit ${unit} at step ${t + 1}, expected finite numbers.`);
      }
      values[t] = value;
    }
  });
  return units;
}

function standardised(name: string, track: Float32Array, units: readonly Float64Array[]): Float64Array {
  const time = units[0]?.length ?? 0;
  checkLength(name, track.length, time);
  if (time < 2) throw new Error(`correlateUnits: got ${time} step, expected at least 2; nothing can vary in one.`);
  const bad = track.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) throw new Error(`tracks['${name}']: got ${track[bad]} at step ${bad + 1}, expected finite numbers.`);
  const result = standardise(Float64Array.from(track));
  if (result !== undefined) return result;
  throw new Error(
    `tracks['${name}']: got ${track[0]} at every step, expected a track that changes; take a longer text or leave the track out.`,
  );
}

function checkLength(name: string, got: number, time: number): void {
  if (got === time) return;
  throw new Error(
    `tracks['${name}']: got ${got} values for ${time} steps, expected one a step; take both from the same text.`,
  );
}

/** Mean 0 and length 1, so that a correlation is a dot product; undefined for what never changes. */
function standardise(values: Float64Array): Float64Array | undefined {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const away = values.map((value) => value - mean);
  const length = Math.sqrt(dot(away, away));
  // rounding of the mean leaves this much of a constant
  if (!(length > 1e-12 * Math.abs(mean) * Math.sqrt(values.length)) || length === 0) return undefined;
  return away.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += (a[t] ?? NaN) * (b[t] ?? NaN);
  return sum;
}
