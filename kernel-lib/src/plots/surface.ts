import { checkTitles, type Titles } from './arguments';
import { checkZ, colourAxis, zHover, type ZOptions } from './colour';
import { PATH_COLOURS } from './contour';
import { downsample } from './downsample';
import { figure, type Figure } from './figure';
import { describeLandscape, heights, readLandscape, readPaths, short, type Landscape, type Path } from './landscape';
import type { Values } from './series';
import { escapeText } from './text';
import { layoutOf, seriesStyle } from './theme';
import type { ColourAxis, PathTrace, Scene, SurfaceTrace } from './trace';

/** What a surface must say about itself. */
export interface SurfaceOptions extends Titles, ZOptions {
  /** Lines through the landscape, by name, each point with its height: the way a descent took. */
  readonly paths?: Readonly<Record<string, { readonly x: Values; readonly y: Values; readonly z: Values }>>;
}

const HEIGHTS_PER_SIDE = 60;
const POINTS_PER_PATH = 200;

/** From where the landscape is seen at first: from the front, a little to the right and from above. */
const EYE = { x: 0.7, y: -1.15, z: 0.75 };
/** Without perspective nothing comes nearer, so the sides are drawn longer until the landscape fills its place. */
const SIZE = { x: 1.4, y: 1.4, z: 1.1 };

/**
 * A landscape in space, to be turned with the pointer; the still picture shows it from one side.
 *
 * ```ts
 * show(plots.surface(error, { title: 'Walls', x: 'w', y: 'b', z: 'error', zScale: 'log', paths: { descent: { x: w, y: b, z: errors } } }));
 * ```
 *
 * Heights that are not finite (on a logarithmic scale, not positive) are left out, and the figure counts them.
 *
 * @throws TypeError or RangeError in one sentence: a title or label missing, x and y that are not evenly spaced, rows or paths of different length.
 */
export function surface(landscape: Landscape, options: SurfaceOptions): Figure {
  checkTitles('plots.surface', options);
  const colour = checkZ('plots.surface', options);
  const grid = readLandscape('plots.surface', landscape, colour.scale, HEIGHTS_PER_SIDE);
  const paths = readPaths('plots.surface', options.paths, colour.scale);
  const coloraxis = colourAxis(colour, grid.z.flat());
  const trace: SurfaceTrace = {
    type: 'surface',
    name: '',
    x: grid.x,
    y: grid.y,
    z: heights(grid.z),
    coloraxis: 'coloraxis',
    hovertemplate: zHover(options, colour),
  };
  const layout = layoutOf({
    ...{ title: options.title, x: options.x, y: options.y, xType: 'linear', yType: 'linear', notes: grid.notes },
    ...{ coloraxis, showlegend: paths.length > 0 },
  });
  const description = describeLandscape(landscape.z, paths, options);
  const data = [trace, ...paths.map((path, index) => pathTrace(path, index, [trace.x, trace.y]))];
  return figure(
    data,
    {
      ...layout,
      height: 520,
      margin: { ...layout.margin, b: 20 },
      scene: sceneOf(options, coloraxis),
      ...(layout.legend && { legend: { ...layout.legend, y: 0 } }),
    },
    { description, notes: grid.notes },
  );
}

/** The heights' axis has the ticks of the colour bar, so that a logarithmic one names values. */
function sceneOf({ x, y, z }: SurfaceOptions, { colorbar, cmin, cmax }: ColourAxis): Scene {
  const { tickvals, ticktext } = colorbar;
  return {
    xaxis: { title: { text: escapeText(x) } },
    yaxis: { title: { text: escapeText(y) } },
    zaxis: { title: { text: escapeText(z) }, tickvals, ticktext, range: [cmin, cmax] },
    camera: { eye: EYE, center: { x: 0, y: 0, z: -0.1 }, projection: { type: 'orthographic' } },
    aspectmode: 'manual',
    aspectratio: SIZE,
  };
}

/** The part of a path over the landscape: outside there is nothing to see it by. */
function pathTrace({ name, x, y, z }: Path, index: number, sides: readonly (readonly number[])[]): PathTrace {
  const inside = (values: readonly number[], at: number, side: readonly number[] = []): boolean =>
    (values[at] ?? NaN) >= (side[0] ?? NaN) && (values[at] ?? NaN) <= (side.at(-1) ?? NaN);
  const kept = downsample(x, y, POINTS_PER_PATH).map((at) => ({
    at,
    seen: inside(x, at, sides[0]) && inside(y, at, sides[1]) && Number.isFinite(z[at]),
  }));
  const pick = (values: readonly number[]): readonly (number | null)[] => {
    const shortened = short(kept.map(({ at }) => values[at] ?? NaN));
    return shortened.map((value, at) => (kept[at]?.seen === true ? value : null));
  };
  const { dash } = seriesStyle(index);
  return {
    ...{ type: 'scatter3d', mode: 'lines+markers', name: escapeText(name), x: pick(x), y: pick(y), z: pick(z) },
    line: { color: PATH_COLOURS[index % PATH_COLOURS.length] ?? '#000000', dash, width: 5 },
    marker: { symbol: MARKERS[index % MARKERS.length] ?? 'circle', size: 3 },
  };
}

const MARKERS: readonly PathTrace['marker']['symbol'][] = ['circle', 'square', 'diamond'];
