import type { WordVectors } from './skip-gram-options';

/** A word, and how close it is. */
export interface Neighbour {
  readonly word: string;
  /** From −1 to 1. */
  readonly cosine: number;
}

/** "a is to b as c is to ...?" */
export interface Analogy {
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

/** Words as directions: only angles between vectors count. */
export interface WordSpace {
  readonly words: readonly string[];
  /** Whether there is a vector of the word. */
  has(word: string): boolean;
  /** The word's vector, divided by its length. A copy. */
  vector(word: string): Float32Array;
  /** The cosine of the angle between two words: 1 for the same direction. */
  cosine(a: string, b: string): number;
  /** The k words closest to a word (itself left out) or to a direction, the closest first; `without` are left out. */
  nearest(query: string | ArrayLike<number>, k: number, without?: readonly string[]): Neighbour[];
  /**
   * The k words closest to b̂ − â + ĉ, hats for vectors of length 1: 3CosAdd of Mikolov, Yih and Zweig 2013, eq. 1. The three
   * words of the question are left out, as in every published figure, unless `keepQuestion`.
   */
  analogy(question: Analogy, k: number, options?: { keepQuestion?: boolean }): Neighbour[];
}

/**
 * @param words the word of each row; rows beyond the list, and empty words, are left out
 * @throws RangeError for more words than rows, and for a word that is there twice
 */
export function wordSpace(
  { vectors, dimensions: n, size }: Pick<WordVectors, 'vectors' | 'dimensions' | 'size'>,
  words: readonly string[],
): WordSpace {
  if (words.length > size) {
    throw new RangeError(`wordSpace: got ${words.length} words for ${size} vectors; expected at most one for each.`);
  }
  const rowOf = new Map<string, number>();
  const units = new Float32Array(words.length * n);
  words.forEach((word, row) => {
    if (word === '') return;
    if (rowOf.has(word)) throw new RangeError(`wordSpace: got the word '${word}' twice; expected every word once.`);
    rowOf.set(word, row);
    units.set(unit(vectors.subarray(row * n, (row + 1) * n)), row * n);
  });
  const of = (word: string): Float32Array => {
    const row = rowOf.get(word);
    if (row !== undefined) return units.subarray(row * n, (row + 1) * n);
    throw new RangeError(
      `wordSpace: '${word}' is not one of the ${rowOf.size} words; choose another, or keep rarer words.`,
    );
  };
  const nearest: WordSpace['nearest'] = (query, k, without = []) => {
    if (typeof query !== 'string' && query.length !== n) {
      throw new RangeError(`nearest: got a direction of ${query.length} numbers; expected ${n}, as the vectors have.`);
    }
    const direction = typeof query === 'string' ? of(query) : unit(query);
    const out = new Set([...without, ...(typeof query === 'string' ? [query] : [])]);
    const best: Neighbour[] = [];
    for (const [word, row] of rowOf) {
      const cosine = dot(direction, units, row * n);
      if (best.length === k && cosine <= (best[k - 1]?.cosine ?? -1)) continue;
      if (out.has(word)) continue;
      best.splice(best.findIndex((other) => other.cosine < cosine) >>> 0, 0, { word, cosine });
      if (best.length > k) best.pop();
    }
    return best;
  };
  return {
    words: [...rowOf.keys()],
    has: (word) => rowOf.has(word),
    vector: (word) => of(word).slice(),
    cosine: (a, b) => dot(of(a), of(b), 0),
    nearest,
    analogy({ a, b, c }, k, { keepQuestion = false } = {}) {
      const [from, to, other] = [of(a), of(b), of(c)];
      const target = to.map((value, i) => value - (from[i] ?? 0) + (other[i] ?? 0));
      return nearest(target, k, keepQuestion ? [] : [a, b, c]);
    },
  };
}

function unit(vector: ArrayLike<number>): Float32Array {
  let square = 0;
  for (const value of Array.from(vector)) square += value ** 2;
  const length = Math.sqrt(square);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, from: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[from + i] ?? 0);
  return sum;
}
