/**
 * The indices of at most `limit` points (at least 10) that look like the whole: the points are cut into runs of equal
 * length, and each run keeps its lowest and its highest point, so that no spike gets lost. The first and the last point
 * stay, and a run with a gap keeps one. Where x does not ascend (a trajectory), extremes along x are kept too.
 *
 * Source: U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: a visualization-oriented time series data
 * aggregation", VLDB 2014. Theirs also keeps each run's first and last point, which matters at pixel precision only.
 */
export function downsample(x: readonly number[], y: readonly number[], limit: number): number[] {
  const count = y.length;
  if (count <= limit) return Array.from(y, (_, index) => index);
  const coordinates = isAscending(x) ? [y] : [x, y];
  const perRun = 2 * coordinates.length + (y.every(Number.isFinite) ? 0 : 1);
  const runs = Math.max(1, Math.floor((limit - 2) / perRun));
  const kept = new Set([0, count - 1]);
  for (let run = 0; run < runs; run++) {
    const from = Math.floor((run * count) / runs);
    const to = Math.floor(((run + 1) * count) / runs);
    for (const values of coordinates) {
      for (const index of extremes(values, y, from, to)) kept.add(index);
    }
    const gap = gapIn(y, from, to);
    if (gap !== undefined) kept.add(gap);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremes(values: readonly number[], y: readonly number[], from: number, to: number): number[] {
  let lowest = -1;
  let highest = -1;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (value === undefined || !Number.isFinite(y[index])) continue;
    if (lowest === -1 || value < (values[lowest] ?? Infinity)) lowest = index;
    if (highest === -1 || value > (values[highest] ?? -Infinity)) highest = index;
  }
  return lowest === -1 ? [] : [lowest, highest];
}

function gapIn(y: readonly number[], from: number, to: number): number | undefined {
  for (let index = from; index < to; index++) if (!Number.isFinite(y[index])) return index;
  return undefined;
}

function isAscending(x: readonly number[]): boolean {
  return x.every((value, index) => index === 0 || value >= (x[index - 1] ?? value));
}
