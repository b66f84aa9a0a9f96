/** Overlapping stretches of a corpus, as views: nothing is copied, so 200,285 windows of 40 cost no memory. */
export interface Windows {
  /** ⌊(n − length − 1) / step⌋ + 1 for a corpus of n ids: every window has a next symbol. */
  readonly count: number;
  readonly length: number;
  readonly step: number;
  /** Window i: ids[i·step .. i·step + length − 1]. A view of the corpus: do not write to it. */
  input(i: number): Int32Array;
  /** What follows each symbol of window i: the same stretch one to the right. Its last entry follows the whole window. */
  targets(i: number): Int32Array;
}

/** @throws RangeError unless `value` is an integer of at least 1. */
export function checkPositiveInteger(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${where}: ${name} is ${value}; expected an integer of at least 1.`);
  }
}

/**
 * Cuts a corpus of ids into windows of `length` symbols, one starting every `step` symbols, each with the symbols that
 * come next. The Keras text-generation example is `{ length: 40, step: 3 }`.
 *
 * @throws RangeError when length or step is not a positive integer, or the corpus is shorter than length + 1.
 */
export function windows(ids: Int32Array, { length, step = 1 }: { length: number; step?: number }): Windows {
  checkPositiveInteger('windows', 'length', length);
  checkPositiveInteger('windows', 'step', step);
  if (ids.length < length + 1) {
    throw new RangeError(
      `windows: ids has ${ids.length} symbols; expected at least ${length + 1}, a window of ${length} and the symbol after it: use a longer text or a smaller length.`,
    );
  }
  const count = Math.floor((ids.length - length - 1) / step) + 1;
  const startOf = (i: number): number => {
    if (!Number.isInteger(i) || i < 0 || i >= count) {
      throw new RangeError(`windows: there is no window ${i}; expected an integer from 0 to ${count - 1}.`);
    }
    return i * step;
  };
  return {
    count,
    length,
    step,
    input: (i) => ids.subarray(startOf(i), startOf(i) + length),
    targets: (i) => ids.subarray(startOf(i) + 1, startOf(i) + 1 + length),
  };
}
