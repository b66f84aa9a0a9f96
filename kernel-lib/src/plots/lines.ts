import { checkScale, checkTitles, type Titles } from './arguments';
import { downsample } from './downsample';
import { figure, type Figure } from './figure';
import { referenceTraces, type Reference } from './references';
import { rounder } from './round';
import { gapNotes, readSeries, type Points, type Series } from './series';
import { countText, escapeText, valueText } from './text';
import { layoutOf, seriesStyle } from './theme';
import type { LineTrace, Scale } from './trace';

/** What a line plot must say about itself. */
export interface LinesOptions extends Titles {
  /** Default linear. On a logarithmic axis values that are not positive become gaps. */
  readonly yScale?: Scale;
  readonly xScale?: Scale;
  /** Dotted lines across the figure, to measure the curves by: the loss of a uniform guess, the end of an epoch. */
  readonly references?: readonly Reference[];
}

/** Points that one figure draws in all, so that it stays under 50 kB however long the training ran; and in one line. */
const POINTS_PER_FIGURE = 1500;
const POINTS_PER_LINE = 1000;
const FEWEST_POINTS_PER_LINE = 50;

/** Lines this short show each value as a marker; longer ones carry this many markers at most. */
const SHORT = 30;
const MARKERS = 12;

/**
 * Curves over a common axis: loss against epochs, a gradient's norm against time steps.
 *
 * ```ts
 * show(plots.lines({ train: history.loss, validation: history.valLoss }, { title: 'Loss', x: 'epoch', y: 'nats' }));
 * ```
 *
 * A series without an `x` of its own stands at x = 1, 2, 3, ... Values that are not finite become gaps, and the figure
 * says how many. Long series are thinned out to their extremes, and the figure says so.
 *
 * @throws TypeError or RangeError in one sentence: a title or axis label missing, an empty series, x and y of different length.
 */
export function lines(series: Readonly<Record<string, Series>>, options: LinesOptions): Figure {
  checkTitles('plots.lines', options);
  const xScale = checkScale('plots.lines: xScale', options.xScale);
  const yScale = checkScale('plots.lines: yScale', options.yScale);
  const points = readSeries('plots.lines', series, xScale, yScale);
  const limit = Math.min(
    POINTS_PER_LINE,
    Math.max(FEWEST_POINTS_PER_LINE, Math.floor(POINTS_PER_FIGURE / points.length)),
  );
  const traces = points.map((line, index) => lineTrace(line, index, limit));
  const references = referenceTraces('plots.lines', options.references, points, { xScale, yScale });
  const notes = [...gapNotes(points, yScale), ...thinningNotes(points, limit)];
  const data = [...traces, ...references];
  const layout = layoutOf({ ...options, xType: xScale, yType: yScale, showlegend: data.length > 1, notes });
  return figure(data, layout, { description: describe(points, options), notes });
}

function lineTrace({ name, x, y }: Points, index: number, limit: number): LineTrace {
  const kept = downsample(x, y, limit);
  const xs = kept.map((at) => x[at] ?? NaN);
  const ys = kept.map((at) => y[at] ?? NaN);
  const roundX = rounder(xs);
  const roundY = rounder(ys);
  const { color, dash, symbol, marked } = seriesStyle(index);
  const withMarkers = marked || y.length <= SHORT || hasLonePoint(ys);
  const maxdisplayed = y.length <= SHORT || hasLonePoint(ys) ? 0 : MARKERS;
  return {
    type: 'scatter',
    mode: withMarkers ? 'lines+markers' : 'lines',
    name: escapeText(name),
    x: xs.map(roundX),
    y: ys.map((value) => (Number.isNaN(value) ? null : roundY(value))),
    line: { color, dash, width: 2 },
    ...(withMarkers ? { marker: { symbol, size: 6, maxdisplayed } } : {}),
  };
}

/** Whether a point stands between two gaps: no line would show it. */
function hasLonePoint(y: readonly number[]): boolean {
  return y.some(
    (value, at) => !Number.isNaN(value) && Number.isNaN(y[at - 1] ?? NaN) && Number.isNaN(y[at + 1] ?? NaN),
  );
}

function thinningNotes(points: readonly Points[], limit: number): readonly string[] {
  const longest = Math.max(...points.map(({ y }) => y.length));
  if (longest <= limit) return [];
  return [`Up to ${countText(limit)} of ${countText(longest)} points a line are drawn, the extremes among them.`];
}

function describe(points: readonly Points[], { x, y }: Titles): string {
  const shown = points.slice(0, 5).map(({ name, y: values }) => {
    const finite = values.filter((value) => !Number.isNaN(value));
    const [first, last] = [finite[0], finite.at(-1)];
    if (first === undefined || last === undefined) return `${name} without a value to draw`;
    return finite.length === 1
      ? `${name} at ${valueText(first)}`
      : `${name} from ${valueText(first)} to ${valueText(last)}`;
  });
  const more = points.length > shown.length ? [`${points.length - shown.length} more`] : [];
  return `${y} against ${x}; ${[...shown, ...more].join(', ')}.`;
}
