import { setImmediate as nextTurn } from 'node:timers/promises';
import { readPrime, type BatchModel } from './batch-model';
import { checkLogits, checkPrime } from './prime';
import { logSoftmax } from './sample';
import type { Vocabulary } from './vocabulary';
import { checkPositiveInteger } from './windows';

/** What to search with, from what beginning, and how widely. */
export interface BeamSearchOptions {
  /** `batchModel(model, params)`, or an object of your own. */
  readonly model: BatchModel;
  readonly vocabulary: Vocabulary;
  /** What every text goes on from, at least one character. It is not part of what is found. */
  readonly prime: string;
  /** How many characters each. */
  readonly length: number;
  /** How many beginnings are kept. 1 is greedy: always the most likely character. */
  readonly width: number;
  /** Stops between two characters, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A text that was found. */
export interface Beam {
  readonly text: string;
  /** ln p(text | prime), in nats. */
  readonly logProbability: number;
}

interface Beginning {
  /** The row it goes on from. */
  readonly from: number;
  readonly id: number;
  readonly text: string;
  readonly logProbability: number;
}

/**
 * Looks for likely texts: of all ways to go on by one character from the `width` best beginnings, keeps the `width` best,
 *   ln p(text) = Σ_t ln p(id_t | id_1 .. id_{t−1})
 * and so on to the length. The best one comes first. It draws nothing, so it is the same every time; it need not find the most
 * likely text of all unless the beam is as wide as there are texts (Lowerre 1976, The Harpy speech recognition system).
 *
 * @throws RangeError, before anything runs, when prime is empty or has a character outside the vocabulary, or length or width is
 * not a positive integer; while running, when the model returns another number of logits, or one that is NaN.
 */
export async function beamSearch(options: BeamSearchOptions): Promise<Beam[]> {
  const { model, vocabulary, prime, length, width, signal } = options;
  checkPositiveInteger('beamSearch', 'length', length);
  checkPositiveInteger('beamSearch', 'width', width);
  const primeIds = checkPrime('beamSearch', prime, vocabulary);
  const { size } = vocabulary;
  try {
    let logits = await readPrime('beamSearch', model, primeIds, size);
    let beams: Beginning[] = [{ from: 0, id: 0, text: '', logProbability: 0 }];
    for (let found = 1; ; found++) {
      beams = best(beams, logits, vocabulary, width);
      if (found === length) return beams.map(({ text, logProbability }) => ({ text, logProbability }));
      await nextTurn();
      signal?.throwIfAborted();
      logits = await model.step(
        Int32Array.from(beams, ({ id }) => id),
        Int32Array.from(beams, ({ from }) => from),
      );
      checkLogits('beamSearch', logits, size, beams.length);
    }
  } finally {
    model.dispose?.();
  }
}

/** The `width` best of all ways to go on by one symbol. */
function best(
  beams: readonly Beginning[],
  logits: Float32Array,
  { size, symbols }: Vocabulary,
  width: number,
): Beginning[] {
  const longer = beams.flatMap(({ text, logProbability }, from) =>
    logSoftmax(logits.subarray(from * size, (from + 1) * size)).map((log, id) => ({
      from,
      id,
      text: text + (symbols[id] ?? ''),
      logProbability: logProbability + log,
    })),
  );
  return longer
    .filter(({ logProbability }) => logProbability > -Infinity)
    .sort((a, b) => b.logProbability - a.logProbability || a.from - b.from || a.id - b.id)
    .slice(0, width);
}
