import { checkNumbers, kindOf } from './arguments';

/** Rows of numbers, as many in each. @throws TypeError or RangeError in one sentence that names the first row that is wrong. */
export function checkMatrix(argument: string, z: unknown): readonly (readonly number[])[] {
  if (!Array.isArray(z) || z.length === 0) {
    throw new TypeError(
      `${argument} is ${kindOf(z)}; expected an array of rows of numbers (for a tensor: await tensor.array()).`,
    );
  }
  const rows = z.map((row: unknown, at) => checkNumbers(`${argument}[${at}]`, row));
  const columns = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd !== -1) {
    throw new RangeError(
      `${argument}[${odd}] has ${rows[odd]?.length} values and the first ${columns}; expected rows of one length.`,
    );
  }
  return rows;
}

/** Where rows or columns stand: evenly spaced numbers, ascending, one for each. @throws RangeError naming what is wrong. */
export function checkPlaces(argument: string, values: unknown, count: number, what: string): readonly number[] {
  const places = checkNumbers(argument, values);
  checkCount(argument, places.length, count, what);
  const [first = NaN, last = NaN] = [places[0], places.at(-1)];
  const step = (last - first) / (count - 1);
  const bad = places.findIndex(
    (place, at) => count > 1 && !(step > 0 && Math.abs(place - first - at * step) <= 1e-3 * step),
  );
  if (bad !== -1 || !Number.isFinite(first)) {
    throw new RangeError(
      `${argument}[${Math.max(0, bad)}] is ${places[Math.max(0, bad)]}; expected finite numbers that ascend in even steps.`,
    );
  }
  return places;
}

/** @throws RangeError when there are more or fewer labels than rows or columns. */
export function checkCount(argument: string, got: number, count: number, what: string): void {
  if (got === count) return;
  throw new RangeError(`${argument} has ${got} for ${count} ${what}; expected one for each.`);
}

/**
 * The means of blocks of cells, so that at most `limit` rows and columns are left. A block's mean is over its finite
 * values; the last block of a row may be smaller.
 */
export function coarser(
  z: readonly (readonly number[])[],
  limit: number,
): { readonly z: readonly (readonly number[])[]; readonly rows: number; readonly columns: number } {
  const rows = Math.ceil(z.length / limit);
  const columns = Math.ceil((z[0]?.length ?? 0) / limit);
  if (rows === 1 && columns === 1) return { z, rows, columns };
  const means = blocks(z, rows).map((band) => {
    return blocks(Array.from(band[0] ?? []), columns).map((_, at) => {
      return mean(band.flatMap((row) => row.slice(at * columns, (at + 1) * columns)));
    });
  });
  return { z: means, rows, columns };
}

/** The items in runs of that length. */
export function blocks<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  );
}

/** The mean of the finite values; NaN where there is none. */
export function mean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
