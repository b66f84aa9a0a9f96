import type { Rng } from '../tensor/rng';
import { checkPositiveInteger, type Windows } from './windows';

/**
 * A mini-batch of ids, as plain typed arrays in row-major order: row b, time t is at index b·time + t.
 * One-hot vectors are made from it batch by batch (`oneHot(batch)`), never for the whole corpus.
 */
export interface IdBatch {
  /** How many rows. */
  readonly batch: number;
  /** How many time steps a row. */
  readonly time: number;
  /** [batch, time] */
  readonly inputs: Int32Array;
  /** The symbol after each input, [batch, time]; or only the one after each row, [batch], when asked for the last. */
  readonly targets: Int32Array;
}

/** How `batches` cuts windows into mini-batches. */
export interface BatchOptions {
  /** Rows a batch. */
  size: number;
  /** Shuffles the windows; without it they come in the order of the text. */
  rng?: Pick<Rng, 'shuffle'>;
  /** 'each' (default): a target after every input, many to many. 'last': only the symbol after the window, many to one. */
  targets?: 'each' | 'last';
  /** Leaves out a last batch with fewer than `size` rows. Default false: every window is used. */
  dropLast?: boolean;
}

/**
 * One epoch of mini-batches over windows: every window exactly once, in an order drawn from `rng`.
 *
 * @throws RangeError when size is not a positive integer, or dropLast would leave no batch.
 */
export function batches(windows: Windows, options: BatchOptions): Iterable<IdBatch> {
  const { size, rng, targets = 'each', dropLast = false } = options;
  checkPositiveInteger('batches', 'size', size);
  if (dropLast && windows.count < size) {
    throw new RangeError(
      `batches: there are ${windows.count} windows and dropLast is set; expected at least size = ${size}: use a smaller size, a longer text or a smaller step.`,
    );
  }
  return epoch(windows, size, rng, targets, dropLast);
}

function* epoch(
  windows: Windows,
  size: number,
  rng: Pick<Rng, 'shuffle'> | undefined,
  targets: 'each' | 'last',
  dropLast: boolean,
): Generator<IdBatch> {
  const { count, length: time } = windows;
  const inOrder = Array.from({ length: count }, (_, i) => i);
  const order = rng === undefined ? inOrder : rng.shuffle(inOrder);
  for (let from = 0; from < count; from += size) {
    const rows = order.slice(from, from + size);
    if (dropLast && rows.length < size) return;
    const inputs = new Int32Array(rows.length * time);
    const next = new Int32Array(targets === 'each' ? rows.length * time : rows.length);
    for (const [b, row] of rows.entries()) {
      inputs.set(windows.input(row), b * time);
      if (targets === 'each') next.set(windows.targets(row), b * time);
      else next[b] = windows.targets(row)[time - 1] ?? 0;
    }
    yield { batch: rows.length, time, inputs, targets: next };
  }
}

/** A batch of `streams`: row b goes on where row b of the batch before ended. */
export interface StreamBatch extends IdBatch {
  /** Which batch of the epoch this is. Reset the carried state at 0, carry it otherwise. */
  readonly index: number;
}

/**
 * One epoch of contiguous streams, for a state carried from batch to batch (truncated backpropagation through time):
 * the corpus is cut into `size` streams of equal length, and batch k holds symbols k·length .. (k + 1)·length − 1 of each.
 * ⌊(n − 1) / size⌋ symbols a stream, the targets one to the right; what is left over at the end of the corpus and of
 * the streams is not used.
 *
 * @throws RangeError when size or length is not a positive integer, or a stream is shorter than one length.
 */
export function streams(ids: Int32Array, { size, length }: { size: number; length: number }): Iterable<StreamBatch> {
  checkPositiveInteger('streams', 'size', size);
  checkPositiveInteger('streams', 'length', length);
  const perStream = Math.floor((ids.length - 1) / size);
  if (perStream < length) {
    throw new RangeError(
      `streams: ids has ${ids.length} symbols; expected at least ${size * length + 1}, ${size} streams of ${length} and the symbol after them: ` +
        'use a longer text, fewer streams or a smaller length.',
    );
  }
  return epochOfStreams(ids, size, length, perStream);
}

function* epochOfStreams(ids: Int32Array, size: number, length: number, perStream: number): Generator<StreamBatch> {
  for (let index = 0; (index + 1) * length <= perStream; index++) {
    const inputs = new Int32Array(size * length);
    const targets = new Int32Array(size * length);
    for (let b = 0; b < size; b++) {
      const start = b * perStream + index * length;
      inputs.set(ids.subarray(start, start + length), b * length);
      targets.set(ids.subarray(start + 1, start + 1 + length), b * length);
    }
    yield { index, batch: size, time: length, inputs, targets };
  }
}
