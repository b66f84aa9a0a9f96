import { checkDecay, checkPositive, checkRate } from '../optimizers/arguments';
import type { History } from '../history';

/** When the rate falls, and by how much. */
export interface PlateauOptions {
  readonly initial: number;
  /** What the rate is multiplied by, above 0 and below 1; default 0.1. */
  readonly factor?: number;
  /** How many epochs in a row may pass without an improvement; the one after them lowers the rate. Default 10. */
  readonly patience?: number;
  /** An improvement is a loss below best · (1 − threshold); default 1e-4. */
  readonly threshold?: number;
  /** For how many epochs after a fall none are counted; default 0. */
  readonly cooldown?: number;
  /** The rate falls no lower; default 0. */
  readonly minimum?: number;
}

/**
 * Lowers the rate when the loss of the epochs falls no more: the validation loss where there is one.
 *   η ← max(factor · η, minimum) after more than `patience` epochs in a row with loss ≥ best · (1 − threshold)
 * It reads the run's history and keeps nothing, so a resumed run has the same rates.
 * As torch.optim.lr_scheduler.ReduceLROnPlateau with mode 'min' and its step after every epoch.
 *
 * @throws Error for an option outside of its range
 */
export function reduceOnPlateau(options: PlateauOptions): (step: number, history: History) => number {
  const { initial, factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minimum = 0 } = options;
  checkRate('initial', initial);
  checkPositive('factor', factor);
  checkDecay('factor', factor);
  checkRate('patience', patience);
  checkDecay('threshold', threshold);
  checkRate('cooldown', cooldown);
  checkRate('minimum', minimum);
  return (_step, { epochs }) => {
    let [rate, best, bad, cooling] = [initial, Infinity, 0, 0];
    for (const loss of epochs.validationLoss.length > 0 ? epochs.validationLoss : epochs.loss) {
      if (loss < best * (1 - threshold)) [best, bad] = [loss, 0];
      else bad += 1;
      if (cooling > 0) [cooling, bad] = [cooling - 1, 0];
      if (bad > patience) [rate, cooling, bad] = [Math.max(rate * factor, minimum), cooldown, 0];
    }
    return rate;
  };
}
