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
  // A loop: over a typed array `Array.from` with a function takes several times as long, and a batch of texts draws thousands.
  const weights = new Array<number>(logits.length);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp(((logits[i] ?? 0) - max) / temperature);
    weights[i] = weight;
    sum += weight;
  }
  return weights.map((weight) => weight / sum);
}

/**
 * ln softmax(z), which stays finite where the probability itself is too small for a number: z_i − max z − ln Σ_j exp(z_j − max z).
 *
 * @throws RangeError when a logit is NaN or +Infinity, or there is none.
 */
export function logSoftmax(logits: ArrayLike<number>): number[] {
  const max = largest(logits);
  const scores = Array.from(logits);
  const total = max + Math.log(scores.reduce((sum, z) => sum + Math.exp(z - max), 0));
  return scores.map((z) => z - total);
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

/** What is drawn from: the model's distribution, made bolder or more careful. Applied in this order. */
export interface Sampling {
  /** Default 1, the model as it is. Less is more careful, more is more uniform. */
  readonly temperature?: number;
  /** Draws among the k most likely symbols alone. */
  readonly topK?: number;
  /** Draws among the fewest symbols that together have at least this probability, above 0 and at most 1. */
  readonly nucleus?: number;
}

/** @throws RangeError for a temperature that is not above 0, a topK that is no positive integer, a nucleus that is not in (0, 1]. */
export function checkSampling({ temperature = 1, topK: k = 1, nucleus: mass = 1 }: Sampling): void {
  checkTemperature(temperature);
  checkTopK(k);
  checkNucleus(mass);
}

function checkTopK(k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new RangeError(
    `topK is ${k}; expected an integer of at least 1: how many symbols may be drawn, 1 for the most likely alone.`,
  );
}

function checkNucleus(mass: number): void {
  if (mass > 0 && mass <= 1) return;
  throw new RangeError(
    `nucleus is ${mass}; expected a number above 0 and at most 1: the probability that the symbols kept have together, such as 0.9.`,
  );
}

/** Ids from the most likely to the least; on a tie the smaller id first. */
const byLikelihood = (logits: ArrayLike<number>): number[] =>
  Array.from(logits, (_, id) => id).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);

function keepOnly(logits: ArrayLike<number>, ids: readonly number[]): number[] {
  const kept = new Set(ids);
  return Array.from(logits, (z, id) => (kept.has(id) ? z : -Infinity));
}

/**
 * Rules out all but the k most likely symbols: their logits become −Infinity. On a tie the smaller ids stay.
 * Fan, Lewis and Dauphin 2018, Hierarchical neural story generation, section 4.
 *
 * @throws RangeError as {@link softmax} does, and when k is not a positive integer.
 */
export function topK(logits: ArrayLike<number>, k: number): number[] {
  checkTopK(k);
  largest(logits);
  return keepOnly(logits, byLikelihood(logits).slice(0, k));
}

/**
 * Rules out all but the nucleus: the fewest symbols whose probabilities softmax(z) sum to at least p, the most likely first.
 * Where the model is sure that is one symbol, where it hesitates there are many.
 * Holtzman et al. 2020, The curious case of neural text degeneration, section 3.1.
 *
 * @throws RangeError as {@link softmax} does, and when p is not above 0 and at most 1.
 */
export function nucleus(logits: ArrayLike<number>, p: number): number[] {
  checkNucleus(p);
  const chances = softmax(logits);
  const kept: number[] = [];
  let mass = 0;
  for (const id of byLikelihood(logits)) {
    if (mass >= p) break;
    kept.push(id);
    mass += chances[id] ?? 0;
  }
  return keepOnly(logits, kept);
}

/**
 * The probabilities that a symbol is drawn with: softmax of z / T, of which `topK` and then `nucleus` leave a part.
 *
 * @throws RangeError as {@link softmax}, {@link topK} and {@link nucleus} do.
 */
export function distribution(logits: ArrayLike<number>, sampling: Sampling = {}): number[] {
  const { temperature = 1, topK: k, nucleus: mass } = sampling;
  checkSampling(sampling);
  if (k === undefined && mass === undefined) return softmax(logits, temperature);
  const max = largest(logits);
  let scores = Array.from(logits, (z) => (z - max) / temperature);
  if (k !== undefined) scores = topK(scores, k);
  if (mass !== undefined) scores = nucleus(scores, mass);
  return softmax(scores);
}

/**
 * Draws a symbol's id: from softmax(logits / temperature), or from what `topK` and `nucleus` leave of it.
 *
 * @param logits one number a symbol, as `await tensor.data()` gives them.
 * @throws RangeError as {@link distribution} does.
 */
export function sample(
  logits: ArrayLike<number>,
  { rng, ...sampling }: Sampling & { readonly rng: Pick<Rng, 'choice'> },
): number {
  return rng.choice(distribution(logits, sampling));
}
