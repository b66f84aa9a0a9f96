import type { Rng } from '../tensor';
import type { LabelledRows } from './classifier';

/**
 * One epoch of mini-batches: every text once, in an order drawn from rng, the last batch with what is left.
 *
 * @throws RangeError for a size that is no positive integer, and other than one label a text
 */
export function batches(
  rows: LabelledRows,
  { size, rng }: { size: number; rng: Pick<Rng, 'shuffle'> },
): Iterable<LabelledRows> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`batches: size is ${size}; expected an integer of at least 1.`);
  if (rows.labels.length !== rows.batch) {
    throw new RangeError(`batches: got ${rows.labels.length} labels for ${rows.batch} texts; expected one each.`);
  }
  return epoch(rows, size, rng);
}

function* epoch(rows: LabelledRows, size: number, rng: Pick<Rng, 'shuffle'>): Generator<LabelledRows> {
  const order = rng.shuffle(Array.from({ length: rows.batch }, (_, i) => i));
  for (let from = 0; from < order.length; from += size) yield pick(rows, order.slice(from, from + size));
}

/** Some of the texts, by their numbers. */
export function pick({ time, inputs, labels }: LabelledRows, which: readonly number[]): LabelledRows {
  const some = new Int32Array(which.length * time);
  which.forEach((row, b) => {
    some.set(inputs.subarray(row * time, (row + 1) * time), b * time);
  });
  return { batch: which.length, time, inputs: some, labels: which.map((row) => labels[row] ?? NaN) };
}
