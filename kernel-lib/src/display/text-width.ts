const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u;

/** How many character cells a terminal gives to a text: 2 to East Asian wide characters and emoji, 0 to accents. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** The text cut to at most `width` cells, with an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Rows of cells, each padded to its column's width; `right` tells which columns are aligned to the right. */
export function padCells(rows: readonly (readonly string[])[], right: readonly boolean[]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row.map((cell, column) => {
      const padding = ' '.repeat((widths[column] ?? 0) - textWidth(cell));
      return right[column] === true ? padding + cell : cell + padding;
    }),
  );
}
