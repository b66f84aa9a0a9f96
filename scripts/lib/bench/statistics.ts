/** Median and quartiles. */
export interface Summary {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  /** How many values there were. */
  readonly count: number;
}

/** The value below which the share `p` of them lies, interpolated linearly between neighbours. @throws RangeError for no values */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of no values.');
  return below + (above - below) * (at - Math.floor(at));
}

export function summarize(values: readonly number[]): Summary {
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((p) => quantile(values, p)) as [number, number, number];
  return { median, q1, q3, count: values.length };
}

/**
 * How many times as long as `reference`, round by round: what slows a whole round (another program, a hot processor) is in both
 * and cancels. @throws RangeError when the rounds are not as many
 */
export function ratios(values: readonly number[], reference: readonly number[]): number[] {
  if (values.length !== reference.length) {
    throw new RangeError(`Ratios need as many rounds of both: got ${values.length} and ${reference.length}.`);
  }
  return values.map((value, round) => value / (reference[round] ?? NaN));
}
