import type { Axis, ColourAxis, Dash, Layout, Pattern, Scale, Symbol } from './trace';
import { escapeText } from './text';

/**
 * Six of the eight colours of Okabe and Ito, "Color Universal Design", 2008, told apart with every common kind of
 * colour blindness: blue, vermilion, bluish green, reddish purple, orange, sky blue. Their yellow vanishes
 * on white and their black on a dark theme, so neither is here. The four that stand out best on both come first.
 */
export const PALETTE: readonly string[] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];

/** Reference lines: a grey that is legible on white and on the dark theme, and belongs to no series. */
export const REFERENCE_COLOUR = '#808080';

/** Cells without a value: no colour of either scale, on white and on the dark theme. */
export const GAP_COLOUR = '#b3b3b3';

/** Reference lines are told apart by their dashes. */
const REFERENCE_DASHES: readonly Dash[] = ['dot', 'longdashdot', 'dash'];

/** The dash of the reference line with this number, counted from 0. */
export function referenceDash(index: number): Dash {
  return cycle(REFERENCE_DASHES, index);
}

const DASHES: readonly Dash[] = ['solid', 'dash', 'dashdot', 'longdash', 'longdashdot'];
const SYMBOLS: readonly Symbol[] = ['circle', 'square', 'diamond', 'cross', 'triangle-up', 'x'];
const PATTERNS: readonly Pattern[] = ['', '/', '\\', 'x', '-', '|'];

/** How one series looks. Colour is never the only cue: lines differ by dash or marker too, bars by pattern. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: Dash;
  readonly symbol: Symbol;
  /** From the sixth series on dashes come round again, so markers tell the lines apart. */
  readonly marked: boolean;
  readonly pattern: Pattern;
}

/** The style of the series with this number, counted from 0. */
export function seriesStyle(index: number): SeriesStyle {
  return {
    color: cycle(PALETTE, index),
    dash: cycle(DASHES, index),
    symbol: cycle(SYMBOLS, index),
    marked: index >= DASHES.length,
    pattern: cycle(PATTERNS, index),
  };
}

function cycle<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError(`style: got index ${index}; expected an integer from 0 up`);
  return item;
}

export const FONT_FAMILY = 'Helvetica, Arial, sans-serif';

interface LayoutOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly xType: Scale | 'category';
  readonly yType: Scale | 'category';
  readonly showlegend: boolean;
  readonly notes: readonly string[];
  readonly coloraxis?: ColourAxis;
  /** A unit is as long upwards as sideways. */
  readonly equal?: boolean;
  /** The vertical axis runs from the top down. */
  readonly downwards?: boolean;
  /** What the axes show, whatever lies outside. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
}

/** The layout that every figure shares. */
export function layoutOf(options: LayoutOptions): Layout {
  const {
    title,
    x,
    y,
    xType,
    yType,
    showlegend,
    notes,
    coloraxis,
    equal = false,
    downwards = false,
    xRange,
    yRange,
  } = options;
  const subtitle = notes.length > 0 ? { subtitle: { text: escapeText(notes.join(' ')) } } : {};
  return {
    title: { text: escapeText(title), x: 0, xref: 'paper', ...subtitle },
    xaxis: { ...axis(x, xType), ...(xRange && { range: xRange }) },
    yaxis: {
      ...axis(y, yType),
      ...(equal && { scaleanchor: 'x' }),
      ...(downwards && { autorange: 'reversed' }),
      ...(yRange && { range: yRange }),
    },
    height: 400,
    margin: { l: 60, r: 20, t: notes.length > 0 ? 80 : 60, b: 55 },
    font: { family: FONT_FAMILY, size: 13 },
    showlegend,
    ...(coloraxis && { coloraxis }),
    ...(coloraxis && showlegend && { height: 430, legend: { orientation: 'h', y: -0.28 } }),
  };
}

function axis(title: string, type: Axis['type']): Axis {
  return { title: { text: escapeText(title) }, type, automargin: true, exponentformat: 'power' };
}
