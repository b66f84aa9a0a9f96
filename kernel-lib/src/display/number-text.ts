/** A number for a table, a preview or a progress line: at most `digits` significant digits, no trailing zeros. */
export function numberText(value: number, digits = 5): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return Object.is(value, -0) ? '0' : String(value);
  return String(Number(value.toPrecision(digits)));
}
