import { numpyOrders } from './numpy-shuffle';
import type { StoredReviews } from './review-cache';
import { reviewWords } from './review-words';

/** The arguments of `keras.datasets.imdb.load_data`, with its meaning and its defaults. */
export interface ReviewOptions {
  /** Ids below this one are kept, so `numWords - indexFrom` words; the others become `oovChar`. Default: all. */
  numWords?: number;
  /** Ids below this one become `oovChar`, also that of the start. Default 0. */
  skipTop?: number;
  /** Only reviews of fewer ids than this, the start counted, are kept (Keras's text says "truncated"; its code drops them). */
  maxlen?: number;
  /** Which order the reviews come in: NumPy's shuffle, as Keras's. Default 113. */
  seed?: number;
  /** The id every review begins with; null for none. Default 1. */
  startChar?: number | null;
  /** The id of a word that is not kept, or not in the training half; null drops such words. Default 2. */
  oovChar?: number | null;
  /** Added to a word's rank to give its id. Default 3, so that 0, 1 and 2 are free for padding, start and unknown. */
  indexFrom?: number;
}

/** One half of the reviews. */
export interface ReviewSet {
  /** A review each: the ids of its words. */
  readonly reviews: readonly Int32Array[];
  /** A review each: 1 when it is positive. */
  readonly labels: Uint8Array;
  /** A review each: 1 to 10 stars; none has 5 or 6. */
  readonly ratings: Uint8Array;
  /** Review i as it was written, line breaks as `<br />`. */
  text(i: number): string;
}

/** Both halves, and the way from words to ids and back. */
export interface Reviews {
  readonly train: ReviewSet;
  readonly test: ReviewSet;
  /** Every word of the training half to its rank from 1, the most frequent first. An id is `indexFrom` more. */
  readonly wordIndex: ReadonlyMap<string, number>;
  /** A text of one's own as ids, with the same arguments. */
  encode(text: string): Int32Array;
  /** Ids as words; `[START]`, `[OOV]` and `[PAD]` for those that stand for none. */
  decode(ids: ArrayLike<number>): string[];
}

type Arguments = Required<Omit<ReviewOptions, 'numWords' | 'maxlen'>> & Pick<ReviewOptions, 'numWords' | 'maxlen'>;

const KERAS: Arguments = { skipTop: 0, seed: 113, startChar: 1, oovChar: 2, indexFrom: 3 };

function checked(options: ReviewOptions): Arguments {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const taken: Arguments = { ...KERAS, ...Object.fromEntries(given) };
  const { numWords, skipTop, maxlen, startChar, oovChar, indexFrom } = taken;
  for (const [name, value] of Object.entries({ skipTop, startChar, oovChar, indexFrom })) {
    if (value === null || (Number.isInteger(value) && value >= 0)) continue;
    throw new RangeError(`imdb: ${name} is ${String(value)}; expected an integer of at least 0.`);
  }
  for (const [name, value] of Object.entries({ numWords, maxlen })) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new RangeError(`imdb: ${name} is ${value}; expected an integer of at least 1, or nothing for no limit.`);
  }
  return taken;
}

/** Ranks to ids; rank 0, a word that the training half does not have, is kept as little as one beyond numWords. */
function toIds(ranks: Int32Array, given: Arguments): Int32Array {
  const { startChar, oovChar, indexFrom, skipTop, numWords = Infinity } = given;
  const ids = new Int32Array(ranks.length + 1);
  let size = 0;
  if (startChar !== null) {
    const kept = startChar >= skipTop && startChar < numWords ? startChar : oovChar;
    if (kept !== null) ids[size++] = kept;
  }
  for (const rank of ranks) {
    const id = rank + indexFrom;
    if (rank > 0 && id >= skipTop && id < numWords) ids[size++] = id;
    else if (oovChar !== null) ids[size++] = oovChar;
  }
  return ids.slice(0, size);
}

/**
 * Reviews as `keras.datasets.imdb.load_data` gives them.
 *
 * @throws RangeError for an argument that is not a natural number, and when maxlen leaves no review
 */
export function kerasReviews(stored: StoredReviews, options: ReviewOptions = {}): Reviews {
  const given = checked(options);
  const { startChar, oovChar, indexFrom, maxlen = Infinity } = given;
  const starts = new Int32Array(stored.lengths.length + 1);
  stored.lengths.forEach((length, i) => (starts[i + 1] = (starts[i] ?? 0) + length));
  const order = numpyOrders(given.seed);

  const half = (from: number, to: number): ReviewSet => {
    const marks = startChar === null ? 0 : 1;
    const short = order(to - from)
      .map((i) => from + i)
      .filter((i) => (stored.lengths[i] ?? 0) + marks < maxlen);
    if (short.length === 0) {
      throw new RangeError(`imdb: no review is shorter than maxlen ${maxlen}; expected a larger one.`);
    }
    const ratings = Uint8Array.from(short, (i) => stored.ratings[i] ?? 0);
    return {
      reviews: Array.from(short, (i) => toIds(stored.ranks.subarray(starts[i], starts[i + 1]), given)),
      ratings,
      labels: ratings.map((stars) => (stars > 5 ? 1 : 0)),
      text: (i) => {
        const at = short[i];
        if (at !== undefined) return stored.text(at);
        throw new RangeError(`imdb: there is no review ${i}; expected an integer from 0 to ${short.length - 1}.`);
      },
    };
  };
  // In this order: the second half's order depends on how many numbers the first one's has drawn.
  const train = half(0, stored.trainCount);
  const test = half(stored.trainCount, stored.lengths.length);
  const wordIndex = new Map(stored.words.map((word, i) => [word, i + 1]));
  const markers = new Map([[0, '[PAD]'], [oovChar, '[OOV]'], [startChar, '[START]']]); // prettier-ignore
  return {
    train,
    test,
    wordIndex,
    encode: (text) =>
      toIds(
        Int32Array.from(reviewWords(text), (word) => wordIndex.get(word) ?? 0),
        given,
      ),
    decode: (ids) => Array.from(ids, (id) => markers.get(id) ?? stored.words[id - indexFrom - 1] ?? '[OOV]'),
  };
}
