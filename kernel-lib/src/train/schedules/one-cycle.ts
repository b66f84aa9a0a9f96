import { checkPositive } from '../optimizers/arguments';
import { between } from './cosine';
import { taken, type Schedule } from './schedule';

/** How one cycle rises and falls. */
export interface OneCycleOptions {
  /** The highest rate. */
  readonly max: number;
  /** How many steps the cycle has, at least 2; the last rate holds after them. */
  readonly steps: number;
  /** The share of the steps in which the rate rises, above 0 and below 1; default 0.3. */
  readonly rise?: number;
  /** The first rate is max / divide; default 25. */
  readonly divide?: number;
  /** The last rate is max / (divide · finalDivide); default 10,000. */
  readonly finalDivide?: number;
}

/**
 * One rise and one longer fall, each half a cosine, with k steps taken before; Smith and Topin 2018, Super-convergence:
 *   first = max / divide, last = first / finalDivide, peak = rise · steps − 1
 *   η_k = first → max for k from 0 to peak, then max → last for k from peak to steps − 1
 * As torch.optim.lr_scheduler.OneCycleLR, which can move the momentum as well.
 *
 * @throws Error for a rate or divisor that is not above 0, or steps and a rise that leave no step to rise in
 */
export function oneCycle({ max, steps, rise = 0.3, divide = 25, finalDivide = 1e4 }: OneCycleOptions): Schedule {
  checkPositive('max', max);
  checkPositive('divide', divide);
  checkPositive('finalDivide', finalDivide);
  const peak = rise * steps - 1;
  if (!(Number.isInteger(steps) && peak > 0 && rise < 1)) {
    throw new Error(
      `oneCycle: got ${steps} steps and a rise of ${rise}, expected an integer and a share below 1, with rise · steps above 1.`,
    );
  }
  const first = max / divide;
  const last = first / finalDivide;
  return (step) => {
    const k = taken(step);
    if (k <= peak) return between(first, max, k / peak);
    return between(max, last, Math.min((k - peak) / (steps - 1 - peak), 1));
  };
}
