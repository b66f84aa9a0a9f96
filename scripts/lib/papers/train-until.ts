import * as tf from '@tensorflow/tfjs-node';
import * as train from 'kernel-lib/train';

/** A model, what it learns from, and when it has learnt. */
export interface Training<P extends train.ParamTree, Batch extends tf.TensorContainer> {
  /** Disposed when the run is over, as is the optimizer. */
  readonly params: P;
  readonly optimizer: train.RatedOptimizer;
  readonly clipNorm?: number;
  readonly draw: () => Batch;
  readonly loss: (params: P, batch: Batch) => tf.Tensor;
  readonly mostSteps: number;
  /** How often it is asked whether it has learnt. */
  readonly every: number;
  /** Told the mean loss since it was last asked, and whether it is not asked again. */
  readonly solved: (params: P, meanLoss: number, last: boolean) => boolean;
}

/** How far a run came. */
export interface Trained {
  readonly steps: number;
  readonly solved: boolean;
  /** The mean over the last `every` steps; NaN for a run that diverged. */
  readonly meanLoss: number;
}

/** Trains until the model has learnt, its steps are used up or it diverged, whichever comes first. */
export async function trainUntil<P extends train.ParamTree, Batch extends tf.TensorContainer>(
  training: Training<P, Batch>,
): Promise<Trained> {
  const { params, optimizer, clipNorm, draw, loss, mostSteps, every, solved } = training;
  const end = new AbortController();
  const last = { steps: 0, solved: false, meanLoss: NaN };
  let sum = 0;
  try {
    const { params: learnt } = await train.fit<P, Batch>({
      ...{ params, optimizer, loss, steps: mostSteps, progress: false, signal: end.signal },
      ...(clipNorm !== undefined && { clipNorm }),
      batches: function* () {
        for (let step = 0; step < mostSteps; step++) {
          const batch = draw();
          try {
            yield batch;
          } finally {
            tf.dispose(batch);
          }
        }
      },
      onStep: ({ step, loss: now, params: live }) => {
        last.steps = step;
        sum += now;
        if (step % every !== 0) return;
        last.meanLoss = sum / every;
        sum = 0;
        last.solved = solved(live, last.meanLoss, step === mostSteps);
        if (last.solved) end.abort();
      },
    });
    tf.dispose(learnt);
  } catch (error) {
    if (!(error instanceof train.DivergedError)) throw error;
    last.meanLoss = NaN;
  } finally {
    tf.dispose(params);
    optimizer.dispose();
  }
  return last;
}
