import type { Rng } from '../tensor/rng';

/** @throws RangeError unless the temperature is a finite number above 0. */
export function checkTemperature(temperature: number): void {
  if (!Number.isFinite(temperature) || temperature <= 0) {
    throw new RangeError(
      `temperature is ${temperature}; expected a finite number above 0: 1 samples from the model as it is, ` +
        'less is more cautious, and 0.01 is nearly always the most likely symbol.',
    );
  }
}

/** The largest logit, once all of them are known to be usable. */
function largest(logits: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? NaN;
    if (Number.isNaN(logit) || logit === Infinity) {
      throw new RangeError(
        `logits[${i}] is ${logit}; expected finite numbers (−Infinity rules a symbol out): ` +
          'the model has diverged, so train it with a smaller learning rate or clipped gradients.',
      );
    }
    max = Math.max(max, logit);
  }
  if (max === -Infinity) {
    throw new RangeError(
      logits.length === 0
        ? 'logits is empty; expected one number a symbol: pass the scores of one step.'
        : `logits rules out all ${logits.length} symbols; expected at least one above −Infinity: check the mask.`,
    );
  }
  return max;
}

/**
 * Scores to probabilities at a temperature T:
 *   p_i = exp(z_i / T) / Σ_j exp(z_j / T)
 * computed from (z_i − max z) / T, so that no score is too large. T → 0 leaves only the largest, T → ∞ makes all equal.
 *
 * @param logits z, one number a symbol; −Infinity gives probability 0.
 * @throws RangeError when a logit is NaN or +Infinity, there is none, or the temperature is not a finite number above 0.
 */
export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  checkTemperature(temperature);
  const max = largest(logits);
  const weights = Array.from(logits, (z) => Math.exp((z - max) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The uncertainty of a distribution, in nats: H(p) = −Σ_i p_i ln p_i. 0 when one symbol is certain, ln n when n are
 * equally likely; exp(H) is then the number of choices.
 *
 * @throws RangeError when an entry is not in 0 .. 1, or they do not sum to 1 (within 1e-5, what float32 leaves).
 */
export function entropy(probabilities: ArrayLike<number>): number {
  let sum = 0;
  let nats = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] ?? NaN;
    if (!(p >= 0 && p <= 1 + 1e-5)) {
      throw new RangeError(
        `entropy: probabilities[${i}] is ${p}; expected a number from 0 to 1: pass softmax(logits).`,
      );
    }
    sum += p;
    if (p > 0) nats -= p * Math.log(p);
  }
  if (Math.abs(sum - 1) > 1e-5) {
    throw new RangeError(
      `entropy: probabilities sums to ${sum}; expected 1: divide by the sum, or pass softmax(logits).`,
    );
  }
  return Math.max(0, nats);
}

/** The id of the largest logit; the first one on a tie. What sampling tends to as the temperature goes to 0. */
export function argmax(logits: ArrayLike<number>): number {
  const max = largest(logits);
  return Array.prototype.indexOf.call(logits, max);
}

/**
 * Draws a symbol's id from softmax(logits / temperature).
 *
 * @param logits one number a symbol, as `await tensor.data()` gives them.
 * @throws RangeError as {@link softmax} does.
 */
export function sample(
  logits: ArrayLike<number>,
  { temperature = 1, rng }: { temperature?: number; rng: Pick<Rng, 'choice'> },
): number {
  return rng.choice(softmax(logits, temperature));
}
