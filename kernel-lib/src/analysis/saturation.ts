import { rowsOf, type UnitValues } from './correlate-units';

/** How much of the time each unit of a gate is shut and open, from 0 to 1. */
export interface Saturation {
  /** Share of the steps at which it lies below `low`. */
  readonly shut: number[];
  /** Share of the steps at which it lies above `high`. */
  readonly open: number[];
}

/**
 * How often each unit of a gate is saturated: below 0.1, so that it lets next to nothing pass, or above 0.9, so that it lets
 * nearly all of it pass. A unit far along one axis is a switch that stands; one near the corner between them, (0, 1) or (1, 0),
 * never moves; one near (0, 0) is never decided.
 * Shapes: gate [time, units].
 * Karpathy, Johnson and Fei-Fei 2015, Visualizing and understanding recurrent networks, section 4.2 and figure 2.
 *
 * @throws Error for values that are not between 0 and 1, and for bounds that do not ascend between 0 and 1
 */
export function saturation(
  gate: UnitValues,
  { low = 0.1, high = 0.9 }: { readonly low?: number; readonly high?: number } = {},
): Saturation {
  if (!(low > 0 && low < high && high < 1)) {
    throw new Error(`saturation: got low ${low} and high ${high}, expected 0 < low < high < 1.`);
  }
  const rows = rowsOf(gate);
  const width = rows[0]?.length ?? 0;
  const [shut, open] = [new Array<number>(width).fill(0), new Array<number>(width).fill(0)];
  for (const [t, row] of rows.entries()) {
    for (let unit = 0; unit < width; unit++) {
      const value = row[unit] ?? NaN;
      if (!(value >= 0 && value <= 1)) {
        throw new Error(
          `gate: got ${value} for unit ${unit} at step ${t + 1}, expected numbers from 0 to 1; a candidate is no gate.`,
        );
      }
      if (value < low) shut[unit] = (shut[unit] ?? 0) + 1;
      if (value > high) open[unit] = (open[unit] ?? 0) + 1;
    }
  }
  const share = (count: number): number => count / rows.length;
  return { shut: shut.map(share), open: open.map(share) };
}
