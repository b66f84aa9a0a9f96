/** When a run has learnt what it can. */
export interface EarlyStopOptions {
  /** How many epochs in a row may pass without an improvement: the run stops after that many. */
  readonly patience: number;
  /** By how much the value must fall below the best for the epoch to count as an improvement. Default 0: any fall. */
  readonly minDelta?: number;
  /** Give back the parameters of the best epoch instead of the last. Default true. */
  readonly restoreBest?: boolean;
}

/** Where an early stop stands, as plain JSON: part of a checkpoint. */
export interface EarlyStopState {
  /** The lowest value so far and its epoch, counted from 1; absent before the first. */
  readonly best?: { readonly value: number; readonly epoch: number };
  /** Epochs since then. */
  readonly waited: number;
}

/**
 * One epoch's verdict: an improvement is a value below best − minDelta (the first finite value always is); the run
 * stops when `patience` epochs in a row brought none. NaN is never an improvement.
 * Goodfellow, Bengio and Courville 2016, Deep Learning, Algorithm 7.1, with one epoch between evaluations.
 */
export function judge(
  state: EarlyStopState,
  value: number,
  epoch: number,
  { patience, minDelta = 0 }: EarlyStopOptions,
): { state: EarlyStopState; improved: boolean; stop: boolean } {
  const improved = value < (state.best?.value ?? Infinity) - (state.best === undefined ? 0 : minDelta);
  const next = improved ? { best: { value, epoch }, waited: 0 } : { ...state, waited: state.waited + 1 };
  return { state: next, improved, stop: next.waited >= patience };
}

/** @throws Error when patience is not a positive integer or minDelta is negative */
export function checkEarlyStop({ patience, minDelta = 0 }: EarlyStopOptions): void {
  if (!Number.isInteger(patience) || patience < 1) {
    throw new Error(`earlyStop.patience: got ${patience}, expected an integer of at least 1, a number of epochs.`);
  }
  if (!(minDelta >= 0 && minDelta < Infinity)) {
    throw new Error(`earlyStop.minDelta: got ${minDelta}, expected a number of at least 0.`);
  }
}
