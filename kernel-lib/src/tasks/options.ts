import { checkSize, type Rng } from '../tensor';

/** How many sequences of a task to draw, and how long. */
export interface TaskOptions {
  /** Where every number comes from: the same seed gives the same sequences. */
  readonly rng: Rng;
  /** How many sequences. */
  readonly batch: number;
  /** T, in time steps; each task says what it means there. */
  readonly length: number;
}

/** @throws Error unless batch is a positive integer and length an integer of at least `shortest` */
export function checkTask({ batch, length }: Pick<TaskOptions, 'batch' | 'length'>, shortest = 1): void {
  checkSize('batch', batch);
  checkAtLeast('length', length, shortest);
}

/** @throws Error unless the value is an integer of at least `least` */
export function checkAtLeast(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new Error(`${name}: got ${value}, expected an integer of at least ${least}.`);
}

/** @throws Error unless the share is a number from 0 to 1 */
export function checkFlagRate(flagRate: number): void {
  if (flagRate >= 0 && flagRate <= 1) return;
  throw new Error(`flagRate: got ${flagRate}, expected a number from 0 to 1.`);
}

/** One of from, from + 1, ..., to, each as likely as the others. */
export const between = (rng: Rng, from: number, to: number): number => from + rng.integer(to - from + 1);
