import { checkTitles, kindOf, type Titles } from './arguments';
import { checkEnds, checkZ, colourAxis, zHover, colourValue, type ZOptions } from './colour';
import { figure, type Figure } from './figure';
import { blocks, checkCount, checkMatrix, checkPlaces, coarser, mean } from './matrix';
import { extent, rounder } from './round';
import type { Values } from './series';
import { countText, escapeText, valueText, visibleLabel } from './text';
import { GAP_COLOUR, layoutOf } from './theme';
import type { HeatmapTrace, Scale } from './trace';

/** What a heat map must say about itself. */
export interface HeatmapOptions extends Titles, ZOptions {
  /** What each column stands for: texts, or numbers that ascend in even steps. Default 1, 2, 3, ... */
  readonly xLabels?: readonly (string | number)[];
  /** What each row stands for. */
  readonly yLabels?: readonly (string | number)[];
  /**
   * The values of the darkest and the brightest colour, so that figures can be held side by side; what lies beyond takes the colour
   * of that end. Default: the smallest and the largest value drawn.
   */
  readonly zRange?: readonly [number, number];
}

/** Rows and columns that a figure draws at most. */
const CELLS_PER_SIDE = 80;
/** So few places are each named, or half of the ticks would stand between two. */
const NAMED = 12;

/**
 * A matrix as colours, its first row on top: weights, the contribution of step k to the gradient at step t, gates over time.
 *
 * ```ts
 * show(plots.heatmap(contributions, { title: 'Where the gradient comes from', x: 'step k', y: 'time t', z: 'norm', zScale: 'log' }));
 * ```
 *
 * Cells without a finite value (on a logarithmic scale, without a positive one) stay grey, and the figure counts them. Of
 * a very large matrix it draws the means of blocks, and says so.
 *
 * @throws TypeError or RangeError in one sentence: a title or label missing, rows of different length, another number of labels, a zRange that is none.
 */
export function heatmap(z: readonly Values[], options: HeatmapOptions): Figure {
  checkTitles('plots.heatmap', options);
  const colour = checkZ('plots.heatmap', options);
  const { scale } = colour;
  const ends = checkEnds('plots.heatmap: zRange', options.zRange, colour);
  const all = checkMatrix('plots.heatmap: z', z);
  const columns = all[0]?.length ?? 0;
  const values = all.map((row) => row.map((value) => colourValue(value, scale)));
  const drawn = coarser(values, CELLS_PER_SIDE);
  const x = readLabels('plots.heatmap: xLabels', options.xLabels, columns, 'columns', drawn.columns);
  const y = readLabels('plots.heatmap: yLabels', options.yLabels, all.length, 'rows', drawn.rows);

  const notes = cellNotes(values, drawn, scale);
  const gaps = drawn.z.some((row) => row.some(Number.isNaN));
  const round = rounder(drawn.z.flat());
  const trace: HeatmapTrace = {
    type: 'heatmap',
    name: '',
    x,
    y,
    z: drawn.z.map((row) => row.map((value) => (Number.isNaN(value) ? null : round(value)))),
    coloraxis: 'coloraxis',
    hovertemplate: zHover(options, colour),
  };
  const layout = layoutOf({
    ...{ title: options.title, x: options.x, y: options.y, notes, showlegend: false },
    ...{ xType: kind(x), yType: kind(y), downwards: true },
    coloraxis: colourAxis(colour, drawn.z.flat(), ends),
  });
  const description = describe(all, options, scale);
  return figure([trace], gaps ? { ...layout, plot_bgcolor: GAP_COLOUR } : layout, { description, notes });
}

function readLabels(
  argument: string,
  labels: unknown,
  count: number,
  what: string,
  block: number,
): readonly string[] | readonly number[] {
  if (labels === undefined)
    return readLabels(
      argument,
      Array.from({ length: count }, (_, at) => at + 1),
      count,
      what,
      block,
    );
  if (!Array.isArray(labels)) {
    throw new TypeError(
      `${argument} is ${kindOf(labels)}; expected an array of texts or numbers, one for each of ${count} ${what}.`,
    );
  }
  checkCount(argument, labels.length, count, what);
  if (labels.every((label) => typeof label === 'number')) {
    const places = checkPlaces(argument, labels, count, what);
    if (count > NAMED) return blocks(places, block).map(mean);
    return places.map((place) => valueText(place));
  }
  return blocks(labels, block).map((run: readonly unknown[], at) => {
    const odd = run.findIndex((label) => typeof label !== 'string');
    if (odd !== -1) throw new TypeError(`${argument}[${at * block + odd}] is ${kindOf(run[odd])}; expected a text.`);
    // plotly draws two columns of one name in one place: a space of no width keeps the n-th apart
    const name = escapeText(
      visibleLabel(run.length > 1 ? `${String(run[0])} … ${String(run.at(-1))}` : String(run[0])),
    );
    return `${name}${'\u200B'.repeat(
      blocks(labels, block)
        .slice(0, at)
        .filter((other) => other[0] === run[0]).length,
    )}`;
  });
}

function kind(places: readonly string[] | readonly number[]): 'category' | 'linear' {
  return typeof places[0] === 'string' ? 'category' : 'linear';
}

function cellNotes(
  values: readonly (readonly number[])[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  scale: Scale,
): readonly string[] {
  const cells = values.flat();
  const gaps = cells.filter(Number.isNaN).length;
  const why = scale === 'log' ? 'not finite or not positive' : 'not finite';
  return [
    ...(gaps > 0 ? [`${countText(gaps)} of ${countText(cells.length)} cells ${why}, left grey.`] : []),
    ...(rows * columns > 1
      ? [`Each cell drawn is the ${scale === 'log' ? 'geometric ' : ''}mean of ${rows} × ${columns}.`]
      : []),
  ];
}

function describe(z: readonly (readonly number[])[], { x, y, z: label }: HeatmapOptions, scale: Scale): string {
  const range = extent(z.flat().filter((value) => scale === 'linear' || value > 0));
  const size = `${countText(z.length)} × ${countText(z[0]?.length ?? 0)}`;
  const values = range ? `from ${valueText(range[0])} to ${valueText(range[1])}` : 'without a value to draw';
  return `${label} by ${y} and ${x} (${size}), ${values}.`;
}
