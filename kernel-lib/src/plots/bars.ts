import { checkNumbers, checkRecord, checkTitles, kindOf, type Titles } from './arguments';
import { figure, type Figure } from './figure';
import type { BarTrace } from './trace';
import { rounder } from './round';
import { gapNotes, type Points, type Values } from './series';
import { escapeText, valueText, visibleLabel } from './text';
import { layoutOf, seriesStyle } from './theme';

/** What a bar chart must say about itself. */
export interface BarsOptions extends Titles {
  /** What each bar stands for, in order: the symbols of a vocabulary. Spaces and line breaks are drawn as visible signs. */
  readonly labels: readonly string[];
}

/**
 * One bar for each label, the series side by side: the distribution that a model samples from, at several temperatures.
 *
 * ```ts
 * show(plots.bars({ 'T = 0.5': sharp, 'T = 1': plain }, { labels: vocabulary.symbols, title: 'Next character', x: 'character', y: 'probability' }));
 * ```
 *
 * @throws TypeError or RangeError in one sentence: a title, axis label or label missing, another number of values than of labels.
 */
export function bars(series: Readonly<Record<string, Values>>, options: BarsOptions): Figure {
  checkTitles('plots.bars', options);
  const labels = checkLabels(options.labels);
  const points = checkRecord('plots.bars', 'series', series).map(([name, values]) => readBars(name, values, labels));
  const notes = gapNotes(points, 'linear');
  const layout = layoutOf({ ...options, xType: 'category', yType: 'linear', showlegend: points.length > 1, notes });
  const data = points.map((bar, index) => barTrace(bar, index, labels));
  return figure(data, { ...layout, barmode: 'group' }, { description: describe(points, labels, options), notes });
}

function readBars(name: string, values: unknown, labels: readonly string[]): Points {
  const y = checkNumbers(`plots.bars: series.${name}`, values);
  if (y.length !== labels.length) {
    throw new RangeError(
      `plots.bars: series.${name} has ${y.length} values for ${labels.length} labels; expected one value for each label.`,
    );
  }
  return { name, x: y.map((_, index) => index), y: y.map((value) => (Number.isFinite(value) ? value : NaN)) };
}

function barTrace({ name, y }: Points, index: number, labels: readonly string[]): BarTrace {
  const { color, pattern } = seriesStyle(index);
  const round = rounder(y);
  return {
    type: 'bar',
    name: escapeText(name),
    x: labels.map(escapeText),
    y: y.map((value) => (Number.isNaN(value) ? null : round(value))),
    marker: { color, pattern: { shape: pattern } },
  };
}

/** Labels as they are drawn: visible, and each its own. */
function checkLabels(given: unknown): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(`plots.bars: labels is ${kindOf(given)}; expected an array of texts, one for each bar.`);
  }
  const seen = new Map<string, number>();
  return given.map((label: unknown, index) => {
    if (typeof label !== 'string') {
      throw new TypeError(`plots.bars: labels[${index}] is ${kindOf(label)}; expected a text.`);
    }
    const drawn = visibleLabel(label);
    const earlier = seen.get(drawn);
    if (earlier !== undefined) {
      throw new RangeError(
        `plots.bars: labels[${index}] is '${drawn}', as is labels[${earlier}]; expected each label once, for two would share one place.`,
      );
    }
    seen.set(drawn, index);
    return drawn;
  });
}

function describe(points: readonly Points[], labels: readonly string[], { x, y }: Titles): string {
  const shown = points.slice(0, 5).map(({ name, y: values }) => {
    const highest = values.reduce(
      (best, value, at) => (value > (values[best] ?? NaN) || Number.isNaN(values[best]) ? at : best),
      0,
    );
    const value = values[highest];
    if (value === undefined || Number.isNaN(value)) return `${name} without a value to draw`;
    return `${name} highest at '${labels[highest] ?? ''}' with ${valueText(value)}`;
  });
  const more = points.length > shown.length ? [`${points.length - shown.length} more`] : [];
  return `${y} by ${x} (${labels.length}); ${[...shown, ...more].join(', ')}.`;
}
