import { scanCode } from './scan-code';

/** What holds at each symbol of a text, by name: one number a symbol (code point), 0 and 1 for what is so or not. */
export type Tracks = Readonly<Record<string, Float32Array>>;

/** What is said of prose. */
export type ProseTracks = Readonly<
  Record<
    'inside quotes' | 'inside brackets' | 'position in line' | 'position in word' | 'position in sentence',
    Float32Array
  >
>;

/** What is said of code. */
export type CodeTracks = Readonly<
  Record<
    | 'inside a string'
    | 'inside a comment'
    | 'in an if-condition'
    | 'bracket depth'
    | 'code depth'
    | 'indentation'
    | 'position in line',
    Float32Array
  >
>;

/**
 * A text's structure as labelled tracks, to hold the units of a network against ({@link correlateUnits}). Every value says what
 * holds once its symbol has been read, as a state does: 1 at an opening quote, 0 at the closing one.
 * - prose: inside of "…" or “…”, inside of (…) or […], both forgotten at a blank line, where a text that leaves one open begins
 *   anew; and how many symbols have been read since the line, the word, the sentence began.
 * - typescript: inside of a string or of a template's own text; inside of a comment; between the brackets of `if (…)`; how many
 *   brackets ( [ { ${ and how many braces { are open; by how many spaces the line is indented; the position in the line. A small
 *   scanner finds them: it tells a regular expression from a division, and reads templates within templates.
 * Shapes: each [symbols]; symbols are code points, as `text.vocabulary` has them.
 *
 * @throws Error for an empty text and for a kind that is neither
 */
export function tracks(text: string, options: { readonly kind: 'prose' }): ProseTracks;
export function tracks(text: string, options: { readonly kind: 'typescript' }): CodeTracks;
export function tracks(text: string, options: { readonly kind: 'prose' | 'typescript' }): Tracks;
export function tracks(text: string, { kind }: { readonly kind: string }): ProseTracks | CodeTracks {
  if (text === '') throw new Error('tracks: got an empty text, expected one with something in it.');
  const symbols = Array.from(text);
  if (kind === 'prose') return proseTracks(symbols);
  if (kind !== 'typescript') throw new Error(`tracks: got kind '${kind}', expected 'prose' or 'typescript'.`);
  const { string, comment, condition, brackets, braces } = scanCode(symbols);
  return {
    'inside a string': string,
    'inside a comment': comment,
    'in an if-condition': condition,
    'bracket depth': brackets,
    'code depth': braces,
    indentation: indentation(symbols),
    'position in line': since(symbols, (symbol) => symbol === '\n'),
  };
}

function proseTracks(symbols: readonly string[]): ProseTracks {
  const [quotes, brackets] = [new Float32Array(symbols.length), new Float32Array(symbols.length)];
  let [quoted, depth] = [false, 0];
  for (const [t, symbol] of symbols.entries()) {
    if (symbol === '\n' && symbols[t - 1] === '\n') [quoted, depth] = [false, 0];
    if (symbol === '"') quoted = !quoted;
    if (symbol === '“') quoted = true;
    if (symbol === '”') quoted = false;
    if (symbol === '(' || symbol === '[') depth += 1;
    if (symbol === ')' || symbol === ']') depth = Math.max(0, depth - 1);
    quotes[t] = quoted ? 1 : 0;
    brackets[t] = depth > 0 ? 1 : 0;
  }
  return {
    'inside quotes': quotes,
    'inside brackets': brackets,
    'position in line': since(symbols, (symbol) => symbol === '\n'),
    'position in word': since(symbols, (symbol) => !/[\p{L}\p{M}\p{N}'’]/u.test(symbol)),
    'position in sentence': since(symbols, (symbol) => /[.!?。！？]/.test(symbol)),
  };
}

/** How many symbols have been read since the last one that begins anew: 0 at that one. */
function since(symbols: readonly string[], begins: (symbol: string) => boolean): Float32Array {
  let count = 0;
  return Float32Array.from(symbols, (symbol) => (count = begins(symbol) ? 0 : count + 1));
}

/** The spaces that the line began with, as far as it has been read. */
function indentation(symbols: readonly string[]): Float32Array {
  let [spaces, leading] = [0, true];
  return Float32Array.from(symbols, (symbol) => {
    if (symbol === '\n') [spaces, leading] = [0, true];
    else if (leading && (symbol === ' ' || symbol === '\t')) spaces += 1;
    else leading = false;
    return spaces;
  });
}
