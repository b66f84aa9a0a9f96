/** The smallest and the largest finite value; undefined when there is none. */
export function extent(values: Iterable<number | null>): readonly [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : undefined;
}

/**
 * A function that shortens numbers for a figure of these values: four significant digits, and more where they are
 * needed to tell apart values 1/10,000 of the whole range away from each other. Integers below a million stay whole.
 */
export function rounder(values: Iterable<number | null>): (value: number) => number {
  const [low, high] = extent(values) ?? [0, 0];
  const rangeExponent = high > low ? exponent(high - low) : undefined;
  return (value) => {
    if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 1e6)) return value;
    const beyond = rangeExponent === undefined ? SINGLE_VALUE_DIGITS : 5 + exponent(value) - rangeExponent;
    return Number(value.toPrecision(Math.min(17, Math.max(4, beyond))));
  };
}

const SINGLE_VALUE_DIGITS = 6;

function exponent(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}
