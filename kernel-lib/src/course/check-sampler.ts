import * as tf from '@tensorflow/tfjs-node';
import { type Rng, rng } from '../tensor';
import { callAnswer, requireFunction } from './check-function';
import { ExerciseError } from './exercise-error';
import { describe, isPromise } from './leaves';
import { pass } from './pass';

/** How a student's sampler is compared with the distribution it should draw from. */
export interface SamplerCheck {
  /** What the student wrote: one draw, an index 0 ... n - 1, from the generator it is given. */
  readonly answer: (random: Rng) => unknown;
  /** The chance of each index; they sum to 1. */
  readonly probabilities: ArrayLike<number>;
  /** How many draws to judge by: 20,000 unless told. */
  readonly draws?: number;
  readonly seed?: number;
}

/** How often a right sampler may be refused. */
const RISK = 1e-9;

/** How many draws are made again from the same seed. */
const REPEATED = 200;

/**
 * Checks that a sampler draws each index with its probability, however it goes about it: prints one line with a tick, or throws.
 *
 *   course.checkSampler('02.3 sample', { answer: (random) => sample(logits, 0.5, random), probabilities: [0.2, 0.8] });
 *
 * The share f of an index among N draws lies within √(2 p (1 − p) L / N) + 2 L / (3 N) of its probability p, L = ln(2 n / risk), but for
 * one right sampler in 10⁹ (Bernstein's inequality for each of the n indices). An index of probability 0 must never come. The first
 * draws, made again from the same seed, must come out the same.
 *
 * @throws ExerciseError with one sentence: what is no index, which index comes too often or too rarely, or that the draws do not repeat
 */
export function checkSampler(exercise: string, check: SamplerCheck): void {
  requireFunction(exercise, check.answer);
  const draws = check.draws ?? 20_000;
  const chances = probabilities(check.probabilities);
  const drawn = (count: number): number[] => {
    const random = rng(check.seed ?? 0);
    const draw = (): number => tf.tidy(() => indexDrawn(exercise, check.answer, random, chances.length));
    return Array.from({ length: count }, draw);
  };
  const counts = new Array<number>(chances.length).fill(0);
  const all = drawn(draws);
  for (const index of all) counts[index] = (counts[index] ?? 0) + 1;
  for (const [index, p] of chances.entries()) {
    const count = counts[index] ?? 0;
    if (p === 0 ? count > 0 : Math.abs(count / draws - p) > margin(p, draws, chances.length)) {
      const how = count / draws > p ? 'too often' : count === 0 ? 'never' : 'too rarely';
      throw new ExerciseError(
        exercise,
        `index ${index} comes ${how} in ${draws.toLocaleString('en')} draws (${count} times)`,
      );
    }
  }
  if (drawn(Math.min(draws, REPEATED)).some((index, i) => index !== all[i])) {
    throw new ExerciseError(
      exercise,
      'the same seed draws something else the second time: take all randomness from the generator that is given',
    );
  }
  pass(exercise, `${draws.toLocaleString('en')} draws come as often as they should`);
}

function margin(p: number, draws: number, indices: number): number {
  const L = Math.log((2 * indices) / RISK);
  return Math.sqrt((2 * p * (1 - p) * L) / draws) + (2 * L) / (3 * draws);
}

function probabilities(given: ArrayLike<number>): number[] {
  const chances = Array.from(given);
  const sum = chances.reduce((total, p) => total + p, 0);
  if (chances.some((p) => !(p >= 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new Error(
      `probabilities: got ${chances.length} numbers that sum to ${sum}, expected none below 0 and a sum of 1.`,
    );
  }
  return chances;
}

function indexDrawn(exercise: string, answer: (random: Rng) => unknown, random: Rng, indices: number): number {
  const drawn = callAnswer(exercise, () => answer(random));
  if (isPromise(drawn)) drawn.then(undefined, () => undefined);
  if (typeof drawn !== 'number') {
    throw new ExerciseError(exercise, `a draw is ${describe(drawn)}, expected a number, one index`);
  }
  if (!Number.isInteger(drawn) || drawn < 0 || drawn >= indices) {
    throw new ExerciseError(exercise, `a draw is ${drawn}, expected a whole number from 0 to ${indices - 1}`);
  }
  return drawn;
}
