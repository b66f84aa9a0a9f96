import { checkSize } from '../../tensor';
import { checkRate } from '../optimizers/arguments';
import { taken, type Schedule } from './schedule';

/**
 * Half a cosine from one rate to another, with k steps taken before; Loshchilov and Hutter 2017, SGDR, eq. 5, without restarts:
 *   η_k = final + (initial − final) (1 + cos(π k / steps)) / 2, and final from k = steps on
 * As torch.optim.lr_scheduler.CosineAnnealingLR up to there; PyTorch's rises again after it.
 *
 * @throws Error for a rate below 0, or steps that are no positive integer
 */
export function cosine({
  initial,
  steps,
  final = 0,
}: Readonly<{ initial: number; steps: number; /** Default 0. */ final?: number }>): Schedule {
  checkRate('initial', initial);
  checkSize('steps', steps);
  checkRate('final', final);
  return (step) => between(initial, final, Math.min(taken(step) / steps, 1));
}

/**
 * The same half cosine again and again, each time `stretch` times as long; Loshchilov and Hutter 2017, SGDR, eq. 5:
 *   η_k = final + (initial − final) (1 + cos(π T_cur / T_i)) / 2
 * with T_cur the steps since the last restart, T_0 = period and T_{i+1} = stretch · T_i.
 * As torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
 *
 * @throws Error for a rate below 0, or a period or stretch that is no positive integer
 */
export function cosineRestarts({
  initial,
  period,
  stretch = 1,
  final = 0,
}: Readonly<{
  initial: number;
  /** T_0, in steps. */
  period: number;
  /** Default 1. */
  stretch?: number;
  /** Default 0. */
  final?: number;
}>): Schedule {
  checkRate('initial', initial);
  checkSize('period', period);
  checkSize('stretch', stretch);
  checkRate('final', final);
  return (step) => {
    let [T_cur, T_i] = [taken(step), period];
    if (stretch === 1) T_cur %= period;
    while (T_cur >= T_i) {
      T_cur -= T_i;
      T_i *= stretch;
    }
    return between(initial, final, T_cur / T_i);
  };
}

/** Half a cosine from the start (share 0) to the end (share 1). */
export function between(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
