const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const CHARACTERS: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Plotly reads `<b>` and `<a href>` in titles, names and labels; a symbol such as `<eos>` must reach the page as it is. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** The text that `escapeText` was given. */
export function unescapeText(text: string): string {
  return text.replace(/&amp;|&lt;|&gt;/g, (entity) => CHARACTERS[entity] ?? entity);
}

// Everything that XML 1.0 has no way to write: most control characters, unpaired surrogates, two noncharacters.
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Text as XML can carry it, between tags and inside double quotes. */
export function escapeXml(text: string): string {
  return escapeText(text.replace(NOT_XML, '\u{FFFD}')).replaceAll('"', '&quot;');
}

/** Symbols that nobody can see, as signs that everybody can: a line break, a tab, a space that does not stand between words. */
export function visibleLabel(label: string): string {
  return (
    label
      .replaceAll(/(?<!\S) | (?!\S)/g, '␣')
      .replaceAll('\n', '↵')
      .replaceAll('\r', '␍')
      .replaceAll('\t', '⇥') || '∅'
  );
}

/** 1234567 as 1,234,567. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A value for a sentence: at most four significant digits. */
export function valueText(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A number for an axis: 0.001, 20, 100,000, 1e7; never `-0`. */
export function axisText(value: number): string {
  if (value === 0) return '0';
  const short = Number(value.toPrecision(10));
  const size = Math.abs(short);
  if (size >= 1e6 || size < 1e-4) return short.toExponential().replace('e+', 'e');
  return size >= 1e4 && Number.isInteger(short) ? `${short < 0 ? '-' : ''}${countText(size)}` : String(short);
}
