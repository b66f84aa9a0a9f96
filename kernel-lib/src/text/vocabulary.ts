import { describeSymbol } from './symbol';

/** The symbols a model knows, and the ids 0 .. size − 1 that stand for them. */
export interface Vocabulary {
  /** How many symbols there are: the width of a one-hot vector. */
  readonly size: number;
  /** The symbols, each one code point; the index is the id. `vocabulary(symbols)` gives the same vocabulary again. */
  readonly symbols: readonly string[];
  /** Whether the symbol has an id. */
  has(symbol: string): boolean;
  /**
   * Text to ids, one a code point.
   * @throws RangeError naming the first character that is not in the vocabulary, its code point and its position.
   */
  encode(text: string): Int32Array;
  /**
   * Ids to text.
   * @throws RangeError naming the first id that is not an integer in 0 .. size − 1, and its position.
   */
  decode(ids: ArrayLike<number>): string;
}

function distinctCodePoints(text: string): string[] {
  const ordered = [...new Set(text)];
  return ordered.sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
}

function checkSymbols(symbols: readonly string[]): void {
  const seen = new Map<string, number>();
  for (const [id, symbol] of symbols.entries()) {
    const { length } = Array.from(symbol);
    if (length !== 1) {
      throw new RangeError(
        `vocabulary: symbols[${id}] is ${JSON.stringify(symbol)}, ${length} characters; expected exactly one: ` +
          'pass the text itself to collect its characters, or a list of single characters.',
      );
    }
    const first = seen.get(symbol);
    if (first !== undefined) {
      throw new RangeError(
        `vocabulary: symbols[${id}] is ${describeSymbol(symbol)}, which is already symbols[${first}]; expected every symbol once: remove one.`,
      );
    }
    seen.set(symbol, id);
  }
}

/**
 * The vocabulary of a text: its distinct characters (code points), sorted by code point. Or, from a list of symbols,
 * a vocabulary with just these in the order given: `vocabulary(['h', 'e', 'l', 'o'])`.
 *
 * @throws RangeError when there is no symbol at all, a symbol is not one character, or one is there twice.
 */
export function vocabulary(source: string | readonly string[]): Vocabulary {
  if (source.length === 0) {
    throw new RangeError(
      `vocabulary: got ${typeof source === 'string' ? 'an empty text' : 'an empty list'}; expected at least one character: check what was read.`,
    );
  }
  const symbols = Object.freeze(typeof source === 'string' ? distinctCodePoints(source) : [...source]);
  if (typeof source !== 'string') checkSymbols(symbols);
  const idOf = new Map(symbols.map((symbol, id) => [symbol, id]));

  return {
    size: symbols.length,
    symbols,
    has: (symbol) => idOf.has(symbol),
    encode(text) {
      const ids = new Int32Array(text.length);
      let position = 0;
      for (const symbol of text) {
        const id = idOf.get(symbol);
        if (id === undefined) {
          throw new RangeError(
            `encode: the character ${describeSymbol(symbol)} at position ${position} is not in the vocabulary of ${symbols.length} symbols: ` +
              'build the vocabulary from a text that has it, or remove it from this one.',
          );
        }
        ids[position++] = id;
      }
      // A character outside the basic plane is one id but two UTF-16 units.
      return position === ids.length ? ids : ids.slice(0, position);
    },
    decode(ids) {
      const parts = new Array<string>(ids.length);
      for (let position = 0; position < ids.length; position++) {
        const symbol = symbols[ids[position] ?? -1];
        if (symbol === undefined) {
          throw new RangeError(
            `decode: the id ${String(ids[position])} at position ${position} is not in this vocabulary; expected an integer from 0 to ${symbols.length - 1}: ` +
              'decode with the vocabulary that encoded.',
          );
        }
        parts[position] = symbol;
      }
      return parts.join('');
    },
  };
}
