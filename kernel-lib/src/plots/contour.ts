import { checkTitles, type Titles } from './arguments';
import { checkZ, colourAxis, zHover, type ZOptions } from './colour';
import { downsample } from './downsample';
import { figure, type Figure } from './figure';
import { describeLandscape, heights, readLandscape, readPaths, short, type Landscape, type Path } from './landscape';
import type { Values } from './series';
import { escapeText } from './text';
import { GAP_COLOUR, layoutOf, seriesStyle } from './theme';
import type { ColourAxis, ContourTrace, LineTrace } from './trace';

/** What a contour plot must say about itself. */
export interface ContourOptions extends Titles, ZOptions {
  /** Lines drawn over the map, by name: the way a descent took. */
  readonly paths?: Readonly<Record<string, { readonly x: Values; readonly y: Values }>>;
}

const HEIGHTS_PER_SIDE = 80;
const POINTS_PER_PATH = 300;

/**
 * A landscape from above: colours for its heights, lines where they are equal, and paths over it.
 *
 * ```ts
 * const error = analysis.errorSurface({ x: { name: 'w', from: 0, to: 6, count: 60 }, y: { name: 'b', from: -3, to: 0, count: 60 }, error: E });
 * show(plots.contour(error, { title: 'Walls', x: 'w', y: 'b', z: 'error', zScale: 'log', paths: { descent } }));
 * ```
 *
 * The frame is the landscape's: of a path that leaves it only what lies inside is seen. Heights that are not finite (on a
 * logarithmic scale, not positive) stay grey, and the figure counts them.
 *
 * @throws TypeError or RangeError in one sentence: a title or label missing, x and y that are not evenly spaced, rows or paths of different length.
 */
export function contour(landscape: Landscape, options: ContourOptions): Figure {
  checkTitles('plots.contour', options);
  const colour = checkZ('plots.contour', options);
  const grid = readLandscape('plots.contour', landscape, colour.scale, HEIGHTS_PER_SIDE);
  const paths = readPaths('plots.contour', options.paths, undefined);
  const coloraxis = colourAxis(colour, grid.z.flat());
  const trace: ContourTrace = {
    type: 'contour',
    name: '',
    x: grid.x,
    y: grid.y,
    z: heights(grid.z),
    coloraxis: 'coloraxis',
    autocontour: false,
    contours: { ...levels(coloraxis), coloring: 'heatmap' },
    line: { color: colour.diverging ? '#808080' : '#ffffff', width: 0.7 },
    hovertemplate: zHover(options, colour),
  };
  const gaps = grid.z.some((row) => row.some(Number.isNaN));
  const layout = layoutOf({
    ...{ title: options.title, x: options.x, y: options.y, xType: 'linear', yType: 'linear', notes: grid.notes },
    ...{ coloraxis, showlegend: paths.length > 0, xRange: ends(grid.x), yRange: ends(grid.y) },
  });
  const description = describeLandscape(landscape.z, paths, options);
  const data = [trace, ...paths.flatMap((path, index) => pathTraces(path, index))];
  return figure(data, gaps ? { ...layout, plot_bgcolor: GAP_COLOUR } : layout, { description, notes: grid.notes });
}

function ends(values: readonly number[]): readonly [number, number] {
  return [values[0] ?? 0, values.at(-1) ?? 1];
}

/** Lines where the colour bar has its ticks, and four between two of them. */
function levels({ colorbar: { tickvals }, cmin, cmax }: ColourAxis): { start: number; end: number; size: number } {
  const [first = cmin, second = cmax] = tickvals;
  const size = (second - first) / (tickvals.length > 4 ? 2 : 5);
  const start = first - Math.floor((first - cmin) / size) * size;
  return { start, end: cmax, size };
}

/** The path with a white rim, for it crosses every colour there is. */
function pathTraces({ name, x, y }: Path, index: number): readonly LineTrace[] {
  const kept = downsample(x, y, POINTS_PER_PATH);
  const finite = kept.filter((at) => Number.isFinite(x[at]) && Number.isFinite(y[at]));
  const pick = (values: readonly number[]): readonly number[] => short(finite.map((at) => values[at] ?? NaN));
  const { dash, symbol } = seriesStyle(index);
  const color = PATH_COLOURS[index % PATH_COLOURS.length] ?? '#000000';
  const points = { type: 'scatter', mode: 'lines', x: pick(x), y: pick(y) } as const;
  return [
    { ...points, name: '', line: { color: '#ffffff', dash: 'solid', width: 5 }, showlegend: false, hoverinfo: 'skip' },
    {
      ...{ ...points, mode: 'lines+markers', name: escapeText(name), line: { color, dash, width: 2 } },
      marker: { symbol, size: 6, maxdisplayed: 40 },
    },
  ];
}

/** Vermilion, black, reddish purple: what stands out from violet, green and yellow. */
export const PATH_COLOURS: readonly string[] = ['#D55E00', '#000000', '#CC79A7'];
