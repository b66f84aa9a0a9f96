import type { Rng } from '../tensor';

/** How word vectors are learnt. */
export interface SkipGramOptions {
  /** How many words there are: ids are 0 .. size − 1. */
  readonly size: number;
  readonly rng: Rng;
  /** Numbers in a vector. Default 100. */
  readonly dimensions?: number;
  /** Words to each side that count as context, at most. Default 5. */
  readonly window?: number;
  /** Words drawn against each pair. Default 5. */
  readonly negatives?: number;
  /** t: words of a larger share than this are thinned out. Default 1e-3; Infinity keeps all. */
  readonly subsample?: number;
  /** The learning rate to begin with. Default 0.025. */
  readonly rate?: number;
  /** Default 1. */
  readonly epochs?: number;
  /** The label of the progress bar, or false for none. Default 'learning word vectors'. */
  readonly progress?: string | false;
  readonly signal?: AbortSignal;
}

/** What was learnt of each word. */
export interface WordVectors {
  readonly size: number;
  readonly dimensions: number;
  /** v: row w is the vector of word w. [size, dimensions], row-major. */
  readonly vectors: Float32Array;
  /** u: the vectors of the same words as contexts. */
  readonly contexts: Float32Array;
  /** How often each word occurs. */
  readonly counts: Int32Array;
  /** The mean loss of each epoch, nats a pair. Before anything is learnt it is (1 + negatives) ln 2. */
  readonly losses: readonly number[];
  /** How many pairs were trained on. */
  readonly pairs: number;
}

type Complete = Required<Omit<SkipGramOptions, 'signal'>> & Pick<SkipGramOptions, 'signal'>;

/** @throws RangeError naming the first option that is out of its range, or for sequences without a pair. */
export function checkSkipGram(sequences: readonly Int32Array[], options: SkipGramOptions): Complete {
  const given: Complete = {
    ...{ dimensions: 100, window: 5, negatives: 5, subsample: 1e-3, rate: 0.025, epochs: 1 },
    progress: 'learning word vectors',
    ...options,
  };
  for (const name of ['size', 'dimensions', 'window', 'negatives', 'epochs'] as const) {
    if (Number.isInteger(given[name]) && given[name] >= 1) continue;
    throw new RangeError(`skipGram: ${name} is ${given[name]}; expected an integer of at least 1.`);
  }
  for (const name of ['subsample', 'rate'] as const) {
    if (given[name] > 0) continue;
    throw new RangeError(`skipGram: ${name} is ${given[name]}; expected a number above 0.`);
  }
  if (!sequences.some(({ length }) => length > 1)) {
    throw new RangeError(
      `skipGram: got ${sequences.length} sequences, none of two words; expected texts as ids, such as the reviews of datasets.imdb.`,
    );
  }
  return given;
}
