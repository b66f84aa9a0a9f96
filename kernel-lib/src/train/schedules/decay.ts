import { checkSize } from '../../tensor';
import { checkPositive, checkRate } from '../optimizers/arguments';
import { taken, type Schedule } from './schedule';

/**
 * η_k = η: the same rate at every step.
 *
 * @throws Error when the rate is not a number of at least 0
 */
export function constant(rate: number): Schedule {
  checkRate('rate', rate);
  return () => rate;
}

/**
 * A fall by a factor after every so many steps, with k steps taken before:
 *   η_k = initial · factor^⌊k / every⌋
 * As torch.optim.lr_scheduler.StepLR.
 *
 * @throws Error for an initial rate below 0, a factor that is not above 0, or `every` that is no positive integer
 */
export function stepped({
  initial,
  factor = 0.1,
  every,
}: Readonly<{ initial: number; /** Default 0.1. */ factor?: number; every: number }>): Schedule {
  checkRate('initial', initial);
  checkPositive('factor', factor);
  checkSize('every', every);
  return (step) => initial * factor ** Math.floor(taken(step) / every);
}

/**
 * The same factor at every step, with k steps taken before:
 *   η_k = initial · factor^k
 * As torch.optim.lr_scheduler.ExponentialLR.
 *
 * @throws Error for an initial rate below 0 or a factor that is not above 0
 */
export function exponential({ initial, factor }: Readonly<{ initial: number; factor: number }>): Schedule {
  checkRate('initial', initial);
  checkPositive('factor', factor);
  return (step) => initial * factor ** taken(step);
}
