/** The two ends of an interval for a share. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's 97.5th percentile. */
const z = 1.959964;

/**
 * The 95 % score interval of a share that was seen `successes` times in `runs`: all p with |p̂ − p| ≤ z √(p (1 − p) / n),
 *   (p̂ + z²/2n ± z √(p̂ (1 − p̂)/n + z²/4n²)) / (1 + z²/n).
 * Unlike p̂ ± z √(p̂ (1 − p̂)/n) it says something of 5 out of 5. Wilson 1927, Probable inference, JASA 22(158).
 *
 * @throws RangeError unless runs is a positive integer and successes one from 0 to runs
 */
export function wilson(successes: number, runs: number): Interval {
  if (!(Number.isInteger(runs) && runs >= 1 && Number.isInteger(successes) && successes >= 0 && successes <= runs)) {
    throw new RangeError(`got ${successes} successes of ${runs} runs, expected integers, 0 to runs and at least 1.`);
  }
  const p = successes / runs;
  const middle = p + z ** 2 / (2 * runs);
  const half = z * Math.sqrt((p * (1 - p)) / runs + z ** 2 / (4 * runs ** 2));
  const scale = 1 + z ** 2 / runs;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}
