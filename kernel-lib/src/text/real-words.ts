/** How much of a text is words that another text has. */
export interface RealWords {
  /** real / words; 0 for a text without a whole word. */
  readonly share: number;
  /** How many whole words there are, each as often as it stands there. */
  readonly words: number;
  /** How many of them are known. */
  readonly real: number;
  /** How many different known words: a text that repeats itself has few. */
  readonly distinct: number;
  /** The words that are not known, in the order of the text, each once. */
  readonly invented: readonly string[];
}

/** The words of a text in its order, lower-case: letters, and apostrophes between them. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

const WORD = /\p{L}\p{M}*(?:['’]?\p{L}\p{M}*)*/gu;

/**
 * The share of a text's words that are in a lexicon, such as `new Set(wordsOf(corpus))`: a measure of what a character model has
 * learnt of spelling. The first and the last word do not count where nothing but a cut may have ended them. Short words come by
 * chance, so hold the share against that of letters drawn at random.
 */
export function realWords(text: string, lexicon: ReadonlySet<string>): RealWords {
  const whole = text.replace(/^[\p{L}\p{M}'’]+/u, '').replace(/[\p{L}\p{M}'’]+$/u, '');
  const words = wordsOf(whole);
  const known = words.filter((word) => lexicon.has(word));
  return {
    share: words.length === 0 ? 0 : known.length / words.length,
    words: words.length,
    real: known.length,
    distinct: new Set(known).size,
    invented: [...new Set(words.filter((word) => !lexicon.has(word)))],
  };
}
