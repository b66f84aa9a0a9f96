import * as tf from '@tensorflow/tfjs-node';
import type { State } from '../cells';
import { checkLogits } from './prime';
import type { LanguageModel, LanguageModelParams } from './language-model';

/** A model that writes several texts side by side: told one symbol of each, it scores the next of each. */
export interface BatchModel {
  /**
   * Row i of the scores goes on from row from[i] of the step before, and has read ids[i] since. The first step goes on from
   * nothing, whatever `from` says.
   *
   * @returns the logits, row-major [ids.length, size]
   */
  step(ids: Int32Array, from: Int32Array): Float32Array | Promise<Float32Array>;
  /** Lets go of the states; the next step begins anew. */
  dispose?(): void;
}

/**
 * A language model as `generateBatch` and `beamSearch` want it: one step for all rows, and the states of the rows that are
 * gone on from, picked by `from`, h_i ← h_{from[i]}. The parameters stay the caller's; `dispose` frees the states.
 */
export function batchModel(model: Pick<LanguageModel, 'apply'>, params: LanguageModelParams): BatchModel {
  let state: State | undefined;
  const moveTo = (next: State | undefined): void => {
    tf.dispose(state);
    state = next;
  };
  return {
    step(ids, from) {
      let scores: Float32Array = new Float32Array();
      const next = tf.tidy(() => {
        const rows = tf.tensor1d(from, 'int32');
        const before =
          state && Object.fromEntries(Object.entries(state).map(([part, all]) => [part, all.gather(rows)]));
        const read = model.apply(params, { batch: ids.length, time: 1, inputs: ids }, before as State | undefined);
        scores = read.logits.dataSync<'float32'>();
        return read.final;
      });
      // the states must outlive any scope that the caller has open around one step
      for (const tensor of Object.values(next)) tf.keep(tensor);
      moveTo(next);
      return scores;
    },
    dispose: () => {
      moveTo(undefined);
    },
  };
}

/** The logits after the prime, read by one row. */
export async function readPrime(
  where: string,
  model: BatchModel,
  prime: Int32Array,
  size: number,
): Promise<Float32Array> {
  let logits: Float32Array = new Float32Array();
  for (const id of prime) logits = await model.step(Int32Array.of(id), Int32Array.of(0));
  checkLogits(where, logits, size);
  return logits;
}
