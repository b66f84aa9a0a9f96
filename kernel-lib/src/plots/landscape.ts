import { checkNumbers, checkRecord, kindOf, type Titles } from './arguments';
import { colourValue, type ZOptions } from './colour';
import { blocks, checkMatrix, checkPlaces, coarser, mean } from './matrix';
import { extent, rounder } from './round';
import type { Values } from './series';
import { countText, valueText } from './text';
import type { Scale } from './trace';

/** Heights over a plane: the height at x[i], y[j] is z[j][i], as `analysis.errorSurface` gives it. */
export interface Landscape {
  /** Evenly spaced and ascending, as is y. */
  readonly x: Values;
  readonly y: Values;
  readonly z: readonly Values[];
}

/** A landscape ready to be drawn: z as the colour axis counts, NaN where it has no value. */
export interface Grid {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/** @throws TypeError or RangeError in one sentence that names what is wrong. */
export function readLandscape(caller: string, landscape: unknown, scale: Scale, limit: number): Grid {
  if (
    typeof landscape !== 'object' ||
    landscape === null ||
    !('x' in landscape && 'y' in landscape && 'z' in landscape)
  ) {
    throw new TypeError(
      `${caller}: the landscape is ${kindOf(landscape)}; expected { x, y, z } with z[j][i] at x[i], y[j].`,
    );
  }
  const rows = checkMatrix(`${caller}: z`, landscape.z);
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2) {
    throw new RangeError(`${caller}: z is ${rows.length} × ${columns}; expected at least 2 × 2 heights.`);
  }
  const x = checkPlaces(`${caller}: x`, landscape.x, columns, 'columns of z');
  const y = checkPlaces(`${caller}: y`, landscape.y, rows.length, 'rows of z');
  const values = rows.map((row) => row.map((value) => colourValue(value, scale)));
  const drawn = coarser(values, limit);
  return {
    x: short(blocks(x, drawn.columns).map(mean)),
    y: short(blocks(y, drawn.rows).map(mean)),
    z: drawn.z,
    notes: heightNotes(values.flat(), drawn, scale),
  };
}

/** A path over a landscape. */
export interface Path {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** As the colour axis counts; empty for a path on the map. */
  readonly z: readonly number[];
}

/** @throws TypeError or RangeError in one sentence that names the path. */
export function readPaths(caller: string, paths: unknown, scale: Scale | undefined): readonly Path[] {
  if (paths === undefined) return [];
  const sides = scale === undefined ? ['x', 'y'] : ['x', 'y', 'z'];
  return checkRecord(caller, 'paths', paths).map(([name, path]) => {
    const argument = `${caller}: paths.${name}`;
    const given = (typeof path === 'object' && path !== null ? path : {}) as Partial<Record<string, unknown>>;
    const [x = [], y = [], z = []] = sides.map((side) => checkNumbers(`${argument}.${side}`, given[side]));
    if (y.length !== x.length || (scale !== undefined && z.length !== x.length)) {
      throw new RangeError(
        `${argument} has ${[x, y, z]
          .slice(0, sides.length)
          .map(({ length }) => length)
          .join(', ')} values of ${sides.join(', ')}; expected as many of each.`,
      );
    }
    return { name, x, y, z: z.map((value) => colourValue(value, scale ?? 'linear')) };
  });
}

function heightNotes(
  cells: readonly number[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  scale: Scale,
): readonly string[] {
  const gaps = cells.filter(Number.isNaN).length;
  const why = scale === 'log' ? 'not finite or not positive' : 'not finite';
  const kind = scale === 'log' ? 'geometric mean' : 'mean';
  return [
    ...(gaps > 0 ? [`${countText(gaps)} of ${countText(cells.length)} heights ${why}, left out.`] : []),
    ...(rows * columns > 1 ? [`Each height drawn is the ${kind} of ${rows} × ${columns}.`] : []),
  ];
}

/** Heights as plotly takes them, shortened. */
export function heights(z: readonly (readonly number[])[]): readonly (readonly (number | null)[])[] {
  const round = rounder(z.flat());
  return z.map((row) => row.map((value) => (Number.isNaN(value) ? null : round(value))));
}

/** The numbers with no more digits than a picture shows. */
export function short(values: readonly number[]): readonly number[] {
  return values.map(rounder(values));
}

/** One line on what is drawn. */
export function describeLandscape(
  z: readonly Values[],
  paths: readonly Path[],
  { x, y, z: label, zScale }: Titles & ZOptions,
): string {
  const range = extent(z.flatMap((row) => Array.from(row)).filter((value) => zScale !== 'log' || value > 0));
  const values = range ? `from ${valueText(range[0])} to ${valueText(range[1])}` : 'without a value to draw';
  const over = paths.length > 0 ? `; over it ${paths.map(({ name }) => name).join(', ')}` : '';
  return `${label} over ${x} and ${y}, ${values}${over}.`;
}
