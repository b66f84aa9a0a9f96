import type { ColourScale } from './colour-scale';

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
  readonly showlegend?: false;
  readonly hoverinfo?: 'skip';
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

/** Points without a line; `null` is a point left out. Coloured alike, or each by its value on the colour axis. */
export interface PointTrace {
  readonly type: 'scatter';
  readonly mode: 'markers' | 'markers+text';
  readonly name: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  /** What stands beside each point, with 'markers+text'. */
  readonly text?: readonly string[];
  readonly textposition?: 'middle right';
  readonly textfont?: { readonly size: number };
  readonly marker: {
    readonly symbol: Symbol;
    readonly size: number;
    readonly color: string | readonly (number | null)[];
    readonly coloraxis?: 'coloraxis';
    /** The brightest colours are as bright as the page. */
    readonly line?: { readonly color: string; readonly width: number };
  };
  readonly hovertemplate: string;
}

/** A value for each row and column: z[j][i] at x[i], y[j]; `null` where there is none. */
interface GridTrace<Places = readonly number[]> {
  readonly name: string;
  readonly x: Places;
  readonly y: Places;
  readonly z: readonly (readonly (number | null)[])[];
  readonly coloraxis: 'coloraxis';
  readonly hovertemplate: string;
}

/** One coloured cell for each value; `null` is a cell left grey. */
export interface HeatmapTrace extends GridTrace<readonly string[] | readonly number[]> {
  readonly type: 'heatmap';
}

/** Heights over a plane, seen from above. */
export interface ContourTrace extends GridTrace {
  readonly type: 'contour';
  readonly autocontour: false;
  readonly contours: {
    readonly start: number;
    readonly end: number;
    readonly size: number;
    readonly coloring: 'heatmap';
  };
  readonly line: { readonly color: string; readonly width: number };
}

/** Heights over a plane, in space. */
export interface SurfaceTrace extends GridTrace {
  readonly type: 'surface';
}

/** A path in space; `null` is a gap. */
export interface PathTrace {
  readonly type: 'scatter3d';
  readonly mode: 'lines+markers';
  readonly name: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly line: LineTrace['line'];
  readonly marker: { readonly symbol: 'circle' | 'square' | 'diamond'; readonly size: number };
}

/** One series, as plotly draws it. */
export type Trace = LineTrace | PointTrace | BarTrace | HeatmapTrace | ContourTrace | SurfaceTrace | PathTrace;

interface SceneAxis {
  readonly title: { readonly text: string };
}

/** The axes of a figure in space, and from where it is seen at first. */
export interface Scene {
  readonly xaxis: SceneAxis;
  readonly yaxis: SceneAxis;
  readonly zaxis: SceneAxis & {
    readonly tickvals: readonly number[];
    readonly ticktext: readonly string[];
    readonly range: readonly [number, number];
  };
  readonly camera: {
    readonly eye: Vector;
    readonly center: Vector;
    readonly projection: { readonly type: 'orthographic' };
  };
  readonly aspectmode: 'manual';
  readonly aspectratio: Vector;
}

interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Axis {
  readonly title: { readonly text: string };
  readonly type: Scale | 'category';
  readonly automargin: true;
  /** 0.00001 as a power of ten, not as 10µ. */
  readonly exponentformat: 'power';
  /** A unit is as long on this axis as on that one. */
  readonly scaleanchor?: 'x';
  /** The first place is on top, as the first row of a matrix is. */
  readonly autorange?: 'reversed';
  readonly range?: readonly [number, number];
}

/** What colours stand for: values from `cmin` to `cmax` (on a logarithmic scale their powers of ten), and the bar that says so. */
export interface ColourAxis {
  readonly colorscale: ColourScale;
  readonly cmin: number;
  readonly cmax: number;
  readonly colorbar: {
    readonly title: { readonly text: string; readonly side: 'right'; readonly font: { readonly size: number } };
    readonly tickfont: { readonly size: number };
    readonly tickvals: readonly number[];
    readonly ticktext: readonly string[];
  };
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
  readonly coloraxis?: ColourAxis;
  /** For figures in space, which have no other axes. */
  readonly scene?: Scene;
  /** Seen where a cell has no value. */
  readonly plot_bgcolor?: string;
  /** Below the axes, where a colour bar stands beside them. */
  readonly legend?: { readonly orientation: 'h'; readonly y: number };
}
