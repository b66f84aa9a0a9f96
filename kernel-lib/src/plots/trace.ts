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
