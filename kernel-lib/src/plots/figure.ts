import type { Displayable, MimeBundle } from '../display';
import { svg } from './svg';
import { unescapeText } from './text';

/** The format that JupyterLab (with this package's extension), VS Code and Colab draw with plotly.js. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';

export type Dash = 'solid' | 'dash' | 'dashdot' | 'longdash' | 'longdashdot' | 'dot';
export type Symbol = 'circle' | 'square' | 'diamond' | 'cross' | 'triangle-up' | 'x';
export type Pattern = '' | '/' | '\\' | 'x' | '-' | '|';
/** How an axis counts. */
export type Scale = 'linear' | 'log';

/** Points joined by a line; `null` is a gap. Plotly calls it scatter. */
export interface LineTrace {
  readonly type: 'scatter';
  readonly mode: 'lines' | 'lines+markers';
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  readonly line: { readonly color: string; readonly dash: Dash; readonly width: number };
  /** `maxdisplayed`: how many markers a long line carries. */
  readonly marker?: { readonly symbol: Symbol; readonly size: number; readonly maxdisplayed: number };
}

/** One bar for each label; `null` is a bar left out. */
export interface BarTrace {
  readonly type: 'bar';
  readonly name: string;
  readonly x: readonly string[];
  readonly y: readonly (number | null)[];
  readonly marker: { readonly color: string; readonly pattern: { readonly shape: Pattern } };
}

/** One series, as plotly draws it. */
export type Trace = LineTrace | BarTrace;

export interface Axis {
  readonly title: { readonly text: string };
  readonly type: Scale | 'category';
  readonly automargin: true;
  /** 0.00001 as a power of ten, not as 10µ. */
  readonly exponentformat: 'power';
}

/**
 * What plotly.js is told beside the traces. Colours of text, grid and background are left to whoever draws:
 * the same figure is read in a light and in a dark theme, and printed.
 */
export interface Layout {
  readonly title: {
    readonly text: string;
    readonly x: number;
    readonly xref: 'paper';
    readonly subtitle?: { readonly text: string };
  };
  readonly xaxis: Axis;
  readonly yaxis: Axis;
  readonly height: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  readonly font: { readonly family: string; readonly size: number };
  readonly showlegend: boolean;
  readonly barmode?: 'group';
}

export interface FigureBundle extends MimeBundle {
  readonly [PLOTLY_MIME]: { readonly data: readonly Trace[]; readonly layout: Layout };
  readonly 'image/svg+xml': string;
  readonly 'text/plain': string;
}

/** A figure is data: test it, keep it, or `show` it. */
export interface Figure extends Displayable {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** One line that says what is drawn: what a log, a terminal and a screen reader get. */
  readonly description: string;
  /** What the picture leaves out, a sentence each: values that are not finite, points thinned out. Empty when it is whole. */
  readonly notes: readonly string[];
  /** The figure for plotly.js, as a picture for a reader without it, and as a line of text. */
  toMimeBundle(): FigureBundle;
}

/** Puts traces and layout together into a figure. */
export function figure(
  data: readonly Trace[],
  layout: Layout,
  { description, notes = [] }: { readonly description: string; readonly notes?: readonly string[] },
): Figure {
  return {
    data,
    layout,
    description,
    notes,
    toMimeBundle: (): FigureBundle => ({
      [PLOTLY_MIME]: { data, layout },
      'image/svg+xml': svg(data, layout, description),
      'text/plain': [`${unescapeText(layout.title.text)}: ${description}`, ...notes].join(' '),
    }),
  };
}
