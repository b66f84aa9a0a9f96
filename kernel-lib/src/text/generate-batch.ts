import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rng } from '../tensor/rng';
import { readPrime, type BatchModel } from './batch-model';
import { checkLogits, checkPrime } from './prime';
import { checkSampling, sample, type Sampling } from './sample';
import type { Vocabulary } from './vocabulary';
import { checkPositiveInteger } from './windows';

/** How many texts to write at once, with what, and from what beginning. */
export interface GenerateBatchOptions extends Sampling {
  /** `batchModel(model, params)`, or an object of your own. */
  readonly model: BatchModel;
  readonly vocabulary: Vocabulary;
  /** What every text goes on from, at least one character. It is not part of what is generated. */
  readonly prime: string;
  /** How many texts. */
  readonly count: number;
  /** How many characters each. */
  readonly length: number;
  /** Text i is drawn from fork i, so that it does not depend on how many there are. */
  readonly rng: Pick<Rng, 'fork'>;
  /** Stops between two characters, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Draws `count` texts side by side, one step of the model for a character of each. What is to be counted over many samples so
 * costs little more than one.
 *
 * @throws RangeError, before anything runs, when prime is empty or has a character outside the vocabulary, count or length is not
 * a positive integer, or the temperature, topK or nucleus is refused; while running, when the model returns another number of logits.
 */
export async function generateBatch(options: GenerateBatchOptions): Promise<string[]> {
  const { model, vocabulary, prime, count, length, rng, signal, ...sampling } = options;
  checkSampling(sampling);
  checkPositiveInteger('generateBatch', 'count', count);
  checkPositiveInteger('generateBatch', 'length', length);
  const primeIds = checkPrime('generateBatch', prime, vocabulary);
  const { size } = vocabulary;

  const writers = Array.from({ length: count }, (_, row) => ({ random: rng.fork(row), text: '' }));
  const own = Int32Array.from(writers, (_, row) => row);
  const drawEach = (logits: (row: number) => Float32Array): Int32Array =>
    Int32Array.from(writers, (writer, row) => {
      const id = sample(logits(row), { ...sampling, rng: writer.random });
      writer.text += vocabulary.symbols[id] ?? '';
      return id;
    });
  try {
    const first = await readPrime('generateBatch', model, primeIds, size);
    let ids = drawEach(() => first);
    for (let drawn = 1; drawn < length; drawn++) {
      await nextTurn();
      signal?.throwIfAborted();
      // All go on from the one row that has read the prime, then each from its own.
      const logits = await model.step(ids, drawn === 1 ? new Int32Array(count) : own);
      checkLogits('generateBatch', logits, size, count);
      ids = drawEach((row) => logits.subarray(row * size, (row + 1) * size));
    }
    return writers.map(({ text }) => text);
  } finally {
    model.dispose?.();
  }
}
