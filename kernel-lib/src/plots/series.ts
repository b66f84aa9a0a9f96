import { checkNumbers, checkRecord, kindOf } from './arguments';
import type { Scale } from './trace';
import { countText } from './text';

/** Numbers in order: an array or a typed array. */
export type Values = ArrayLike<number>;

/** The values of one line, at x = 1, 2, 3, ... or at an x of their own. */
export type Series = Values | { readonly x: Values; readonly y: Values };

/** One line, checked: as many x as y, every x finite, a y that cannot be drawn is NaN. */
export interface Points {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Reads a record of series. @throws TypeError in one sentence that names the series and what is wrong with it. */
export function readSeries(caller: string, series: unknown, xScale: Scale, yScale: Scale): readonly Points[] {
  return checkRecord(caller, 'series', series).map(([name, values]) => {
    const argument = `${caller}: series.${name}`;
    const { x, y } = isPair(values) ? readPair(argument, values) : readValues(argument, values);
    const bad = x.findIndex((value) => !Number.isFinite(value) || (xScale === 'log' && value <= 0));
    if (bad !== -1) {
      const expected = xScale === 'log' ? 'a positive number on a logarithmic axis' : 'a finite number';
      throw new RangeError(`${argument}.x[${bad}] is ${x[bad]}; expected ${expected}.`);
    }
    return { name, x, y: y.map((value) => (isDrawable(value, yScale) ? value : NaN)) };
  });
}

/** Sentences that count what a figure cannot draw: values that are not finite, or not positive on a logarithmic axis. */
export function gapNotes(points: readonly Points[], yScale: Scale): readonly string[] {
  return points.flatMap(({ name, y }) => {
    const gaps = y.filter((value) => Number.isNaN(value)).length;
    if (gaps === 0) return [];
    const why = yScale === 'log' ? 'not finite or not positive' : 'not finite';
    return [`${name}: ${countText(gaps)} of ${countText(y.length)} values ${why}, left out.`];
  });
}

function isDrawable(value: number, scale: Scale): boolean {
  return Number.isFinite(value) && (scale === 'linear' || value > 0);
}

function isPair(values: unknown): values is { readonly x: unknown; readonly y: unknown } {
  return typeof values === 'object' && values !== null && 'x' in values && 'y' in values;
}

function readValues(argument: string, values: unknown): { x: readonly number[]; y: readonly number[] } {
  if (typeof values === 'object' && values !== null && ('x' in values || 'y' in values)) {
    throw new TypeError(`${argument} is ${kindOf(values)} with x or y alone; expected both, or an array of numbers.`);
  }
  const y = checkNumbers(argument, values);
  return { x: y.map((_, index) => index + 1), y };
}

function readPair(
  argument: string,
  pair: { readonly x: unknown; readonly y: unknown },
): {
  x: readonly number[];
  y: readonly number[];
} {
  const x = checkNumbers(`${argument}.x`, pair.x);
  const y = checkNumbers(`${argument}.y`, pair.y);
  if (x.length !== y.length) {
    throw new RangeError(`${argument} has ${x.length} values of x and ${y.length} of y; expected as many of each.`);
  }
  return { x, y };
}
