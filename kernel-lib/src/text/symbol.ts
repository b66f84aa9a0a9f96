/** A character as an error message shows it: the character where it can be seen, and always its code point, `'é' (U+00E9)`. */
export function describeSymbol(symbol: string): string {
  const code = symbol.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  // Control characters, lone surrogates, unassigned code points: nothing a reader could recognise.
  return /[\p{C}]/u.test(symbol) ? `U+${hex}` : `'${symbol}' (U+${hex})`;
}
