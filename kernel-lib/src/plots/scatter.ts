import { checkNumbers, checkRecord, checkScale, checkTitles, kindOf, type Titles } from './arguments';
import { checkColour, colourAxis, colourHover, colourValue, type Colour } from './colour';
import { figure, type Figure } from './figure';
import { referenceTraces, type Reference } from './references';
import { extent, rounder } from './round';
import type { Points, Values } from './series';
import { countText, escapeText, valueText } from './text';
import { layoutOf, REFERENCE_COLOUR, seriesStyle } from './theme';
import type { LineTrace, PointTrace, Scale } from './trace';

/** Points of one kind, each with a value that its colour shows when the figure has a colour scale. */
export interface Cloud {
  readonly x: Values;
  readonly y: Values;
  readonly value?: Values;
  /** A word beside each point; of very many points give a few clouds with labels, for labels lie over each other. */
  readonly labels?: readonly string[];
}

/** What a scatter plot must say about itself. */
export interface ScatterOptions extends Titles {
  /** What the points' values are; every cloud then needs a `value`. */
  readonly colour?: Colour;
  /** Default linear. On a logarithmic axis points that are not positive are left out. */
  readonly xScale?: Scale;
  readonly yScale?: Scale;
  readonly references?: readonly Reference[];
  /** One unit is as long upwards as sideways: for the complex plane. Default false. */
  readonly equal?: boolean;
  /** Draws the circle of radius 1 about the origin. Default false. */
  readonly unitCircle?: boolean;
}

const COLOUR = { label: 'colour.label', scale: 'colour.scale', diverging: 'colour.diverging' };

interface Checked extends Points {
  /** As the colour axis counts; undefined where the figure has none. */
  readonly value: readonly number[] | undefined;
  /** Undefined where the cloud has none. */
  readonly labels: readonly string[] | undefined;
}

/** Points that one figure draws in all. */
const POINTS_PER_FIGURE = 1200;

/**
 * Points in the plane, by kind and, when asked, coloured by a value: eigenvalues in the complex plane, the gradient's
 * norm of many draws against their spectral radius.
 *
 * ```ts
 * const eigenvalues = { x: values.map(({ re }) => re), y: values.map(({ im }) => im) };
 * show(plots.scatter({ eigenvalues }, { title: 'Eigenvalues of Whh', x: 'real part', y: 'imaginary part', equal: true, unitCircle: true }));
 * ```
 *
 * Points without a finite place or value are left out, and the figure says how many; of very many every k-th is drawn.
 *
 * @throws TypeError or RangeError in one sentence: a title or label missing, x, y and value of different length, values without `colour`.
 */
export function scatter(clouds: Readonly<Record<string, Cloud>>, options: ScatterOptions): Figure {
  checkTitles('plots.scatter', options);
  const xScale = checkScale('plots.scatter: xScale', options.xScale);
  const yScale = checkScale('plots.scatter: yScale', options.yScale);
  const { equal = false, unitCircle = false } = options;
  if ((equal || unitCircle) && (xScale === 'log' || yScale === 'log')) {
    throw new TypeError(
      'plots.scatter: got a logarithmic axis with equal or unitCircle; expected linear axes for them.',
    );
  }
  const colour = options.colour && checkColour('plots.scatter', options.colour, COLOUR);
  const read = checkRecord('plots.scatter', 'clouds', clouds).map(([name, cloud]) =>
    readCloud(name, cloud, { xScale, yScale, colour }),
  );
  const [drawn, notes] = [read.map(({ points }) => points), read.flatMap(({ notes }) => notes)];
  const total = drawn.reduce((sum, { x }) => sum + x.length, 0);
  const every = Math.ceil(total / POINTS_PER_FIGURE);
  if (every > 1) notes.push(`Of ${countText(total)} points ${every === 2 ? 'every other' : `1 in ${every}`} is drawn.`);

  const traces = drawn.map((points, index) => pointTrace(points, index, every, options, colour));
  const references = referenceTraces('plots.scatter', options.references, drawn, { xScale, yScale });
  const data = [...traces, ...references, ...(unitCircle ? [circle()] : [])];
  const coloraxis =
    colour &&
    colourAxis(
      colour,
      drawn.flatMap(({ value = [] }) => value),
    );
  const layout = layoutOf({
    ...{ title: options.title, x: options.x, y: options.y, xType: xScale, yType: yScale, notes, equal },
    ...(coloraxis && { coloraxis }),
    showlegend: data.length > 1,
  });
  return figure(data, layout, { description: describe(drawn, options, colour), notes });
}

interface Reading {
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly colour: Required<Colour> | undefined;
}

/** The points of a cloud that can be drawn, and a sentence about those that cannot. */
function readCloud(
  name: string,
  cloud: unknown,
  { xScale, yScale, colour }: Reading,
): { points: Checked; notes: string[] } {
  const argument = `plots.scatter: clouds.${name}`;
  if (typeof cloud !== 'object' || cloud === null || !('x' in cloud) || !('y' in cloud)) {
    throw new TypeError(`${argument} is ${kindOf(cloud)}; expected points as { x: [0.5, -1], y: [0, 2] }.`);
  }
  const given = 'value' in cloud && cloud.value !== undefined;
  if (given !== (colour !== undefined)) {
    throw new TypeError(
      given
        ? `${argument} has values and the figure no colours; give the option colour: { label: 'what the values are' }.`
        : `${argument}.value is undefined; expected a number for each point, because the option colour is given.`,
    );
  }
  const x = checkNumbers(`${argument}.x`, cloud.x);
  const y = checkNumbers(`${argument}.y`, cloud.y);
  const value = given ? checkNumbers(`${argument}.value`, cloud.value) : undefined;
  if (x.length !== y.length || (value ?? x).length !== x.length) {
    const values = value ? ` and ${value.length} values` : '';
    throw new RangeError(`${argument} has ${x.length} x, ${y.length} y${values}; expected as many of each.`);
  }
  const labels = checkLabels(argument, 'labels' in cloud ? cloud.labels : undefined, x.length);
  const coloured = value?.map((each) => colourValue(each, colour?.scale ?? 'linear'));
  const kept = x.flatMap((_, at) => {
    const places = [place(x[at], xScale), place(y[at], yScale), coloured?.[at] ?? 0];
    return places.every(Number.isFinite) ? [at] : [];
  });
  const pick = (values: readonly number[]): readonly number[] => kept.map((at) => values[at] ?? NaN);
  const lost = x.length - kept.length;
  const log = [xScale, yScale, colour?.scale].includes('log');
  const why = log ? 'not finite or not positive' : 'not finite';
  return {
    points: {
      ...{ name, x: pick(x), y: pick(y), value: coloured && pick(coloured) },
      labels: labels && kept.map((at) => labels[at] ?? ''),
    },
    notes: lost > 0 ? [`${name}: ${countText(lost)} of ${countText(x.length)} points ${why}, left out.`] : [],
  };
}

function checkLabels(argument: string, labels: unknown, count: number): readonly string[] | undefined {
  if (labels === undefined) return undefined;
  if (!Array.isArray(labels) || labels.length !== count || !labels.every((label) => typeof label === 'string')) {
    const got = Array.isArray(labels) ? `${labels.length} labels` : kindOf(labels);
    throw new RangeError(`${argument}.labels: got ${got} for ${count} points; expected a text for each point.`);
  }
  return labels;
}

function place(value = NaN, scale: Scale): number {
  return scale === 'log' ? Math.log(value) : value;
}

function pointTrace(
  { name, x, y, value, labels }: Checked,
  index: number,
  every: number,
  titles: Titles,
  colour: Required<Colour> | undefined,
): PointTrace {
  const short = (values: readonly number[]): readonly number[] => {
    return values.filter((_, at) => at % every === 0).map(rounder(values));
  };
  const { color, symbol } = seriesStyle(index);
  const hover = [`${escapeText(titles.x)}: %{x}`, `${escapeText(titles.y)}: %{y}`];
  if (labels) hover.unshift('%{text}');
  if (colour) hover.push(colourHover(colour, 'marker.color'));
  return {
    type: 'scatter',
    mode: labels ? 'markers+text' : 'markers',
    name: escapeText(name),
    x: short(x),
    y: short(y),
    ...(labels && {
      text: labels.filter((_, at) => at % every === 0).map(escapeText),
      textposition: 'middle right',
      textfont: { size: 11 },
    }),
    marker: {
      symbol,
      size: 7,
      color: value ? short(value) : color,
      ...(value && { coloraxis: 'coloraxis', line: { color: REFERENCE_COLOUR, width: 0.7 } }),
    },
    hovertemplate: hover.join('<br>'),
  };
}

/** The unit circle: a step of 5°, so that its corners lie within a thousandth of it. */
function circle(): LineTrace {
  const angles = Array.from({ length: 73 }, (_, at) => (at * Math.PI) / 36);
  return {
    type: 'scatter',
    mode: 'lines',
    name: 'unit circle',
    x: angles.map((angle) => Number(Math.cos(angle).toFixed(4))),
    y: angles.map((angle) => Number(Math.sin(angle).toFixed(4))),
    line: { color: REFERENCE_COLOUR, dash: 'dot', width: 1.5 },
  };
}

function describe(clouds: readonly Checked[], { x, y }: Titles, colour: Required<Colour> | undefined): string {
  const shown = clouds.slice(0, 5).map(({ name, x: xs, y: ys }) => {
    const [across, up] = [extent(xs), extent(ys)];
    if (!across || !up) return `${name} without a point to draw`;
    return `${countText(xs.length)} of ${name} at x ${rangeText(across)}, y ${rangeText(up)}`;
  });
  const more = clouds.length > shown.length ? [`${clouds.length - shown.length} more`] : [];
  const by = colour ? `, coloured by ${colour.label}` : '';
  return `${y} against ${x}${by}; ${[...shown, ...more].join('; ')}.`;
}

function rangeText([low, high]: readonly [number, number]): string {
  return low === high ? valueText(low) : `from ${valueText(low)} to ${valueText(high)}`;
}
