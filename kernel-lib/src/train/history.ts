/** What a run went through, in plain arrays: entry i is step i + 1 or epoch i + 1. */
export interface History {
  readonly steps: {
    readonly loss: number[];
    /** ‖g‖ over all parameters, before clipping. */
    readonly gradientNorm: number[];
    readonly milliseconds: number[];
  };
  /** Epochs that ran to their end. */
  readonly epochs: {
    /** The mean over the epoch's steps. */
    readonly loss: number[];
    /** What `validate` returned; empty without it. */
    readonly validationLoss: number[];
    readonly gradientNorm: number[];
    readonly steps: number[];
    readonly seconds: number[];
  };
}

export function emptyHistory(): History {
  return {
    steps: { loss: [], gradientNorm: [], milliseconds: [] },
    epochs: { loss: [], validationLoss: [], gradientNorm: [], steps: [], seconds: [] },
  };
}

/** Adds the epoch that the last `steps` steps made up. */
export function closeEpoch({ steps: all, epochs }: History, steps: number): void {
  epochs.loss.push(mean(all.loss.slice(-steps)));
  epochs.gradientNorm.push(mean(all.gradientNorm.slice(-steps)));
  epochs.seconds.push((mean(all.milliseconds.slice(-steps)) * steps) / 1000);
  epochs.steps.push(steps);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
