import { checkPositiveInteger } from './windows';

/** A word with the space before it, a run of signs likewise, or one white-space character by itself. */
const PIECES = / ?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*| ?[^\s\p{L}\p{M}\p{N}]+|\s/gu;

/** Text as words, signs and line breaks. Nothing is lost: joined, they are the text again. */
export function tokens(text: string): string[] {
  return text.match(PIECES) ?? [];
}

/** The words a model knows, and the ids 0 .. size − 1 that stand for them; 0 stands for every other one. */
export interface WordVocabulary {
  readonly size: number;
  /** The word at each id; at 0 what `decode` writes for an unknown one. */
  readonly words: readonly string[];
  /** Whether the word is on the list. */
  has(word: string): boolean;
  /** Words to ids, 0 for those that are not known. */
  encode(words: readonly string[]): Int32Array;
  /**
   * Ids to text.
   * @throws RangeError naming the first id that is not an integer in 0 .. size − 1, and its position.
   */
  decode(ids: ArrayLike<number>): string;
}

/** What stands for a word that is not known. */
const UNKNOWN = ' ⟨?⟩';

/**
 * The most frequent words of a list, the most frequent first (those as frequent in the order in which they first came).
 *
 * @param size how many ids there are, that of the unknown word included
 * @throws RangeError when there is no word, or size is not an integer of at least 2.
 */
export function wordVocabulary(known: readonly string[], { size }: { readonly size: number }): WordVocabulary {
  checkPositiveInteger('wordVocabulary', 'size', size);
  if (size < 2 || known.length === 0) {
    const got = size < 2 ? `size is ${size}` : 'there are no words';
    throw new RangeError(
      `wordVocabulary: ${got}; expected at least one word, and an id for it beside that of unknown words.`,
    );
  }
  const counts = new Map<string, number>();
  for (const word of known) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, size - 1);
  const all = Object.freeze([UNKNOWN, ...frequent.map(([word]) => word)]);
  const idOf = new Map(frequent.map(([word], i) => [word, i + 1]));
  return {
    size: all.length,
    words: all,
    has: (word) => idOf.has(word),
    encode: (list) => Int32Array.from(list, (word) => idOf.get(word) ?? 0),
    decode: (ids) =>
      Array.from(ids, (id, position) => {
        const word = all[id];
        if (word !== undefined) return word;
        throw new RangeError(
          `decode: the id ${id} at position ${position} is not in this vocabulary; expected an integer from 0 to ${all.length - 1}: ` +
            'decode with the vocabulary that encoded.',
        );
      }).join(''),
  };
}
