import { extent } from './round';
import { colourLevel, levelColour } from './svg-colour';
import { clip, INK, text, type Box } from './svg-frame';
import { markerData, stroke } from './svg-marks';
import { linearScale } from './svg-scale';
import { escapeXml, unescapeText } from './text';
import type { ColourAxis, PathTrace, Scene, SurfaceTrace, Trace } from './trace';

type Point = readonly [x: number, y: number, z: number];
type Place = readonly [left: number, top: number];

/** Facets of the still picture on a side: more would not be seen, and cost its bytes. */
const FACETS = 30;

/** The surface as facets from back to front, with the paths over it and three edges of its cube as axes. */
export function surfaceMarks(data: readonly Trace[], scene: Scene, axis: ColourAxis, box: Box): string {
  const surface = data.find((trace): trace is SurfaceTrace => trace.type === 'surface');
  if (!surface) return '';
  const cube = cubeOf(surface, axis);
  const place = viewOf(scene.camera.eye, box);
  const at = (x: number, y: number, z: number): Place => place(cube(x, y, z));
  const paths = data.filter((trace): trace is PathTrace => trace.type === 'scatter3d');
  return [
    axes(surface, scene, place),
    facets(surface, axis, scene.camera.eye, (point) => place(cube(...point))),
    ...paths.map((path) => pathMarks(path, at)),
  ].join('');
}

/** Every side of the landscape runs from -1/2 to 1/2. */
function cubeOf({ x, y }: SurfaceTrace, { cmin, cmax }: ColourAxis): (x: number, y: number, z: number) => Point {
  const [[x0, x1], [y0, y1]] = [extent(x) ?? [0, 1], extent(y) ?? [0, 1]];
  return (a, b, c) => [(a - x0) / (x1 - x0) - 0.5, (b - y0) / (y1 - y0) - 0.5, (c - cmin) / (cmax - cmin) - 0.5];
}

/** A view without perspective from the direction of the eye: where a point of the cube is seen. */
function viewOf({ x, y, z }: Scene['camera']['eye'], { left, right, top, bottom }: Box): (point: Point) => Place {
  const [flat, length] = [Math.hypot(x, y), Math.hypot(x, y, z)];
  const sideways: Point = [-y / flat, x / flat, 0];
  const upwards: Point = [(-x * z) / flat / length, (-y * z) / flat / length, flat / length];
  const along = ([a, b, c]: Point, [p, q, r]: Point): number => a * p + b * q + c * r;
  const size = (bottom - top) / 1.72;
  const [middle, centre] = [(left + right) / 2, (top + bottom) / 2];
  return (point) => [middle + size * along(sideways, point), centre - size * along(upwards, point)];
}

/** Row by row from the far side to the near one: what is nearer covers what is behind it. Facets of a colour that follow one another share a path. */
function facets(
  { x, y, z }: SurfaceTrace,
  axis: ColourAxis,
  eye: Scene['camera']['eye'],
  place: (point: Point) => Place,
): string {
  const [columns, rows] = [sides(x.length, eye.x < 0), sides(y.length, eye.y < 0)];
  let drawn = '';
  let level: number | undefined;
  for (const row of rows) {
    for (const column of columns) {
      const corners = [
        [column.from, row.from],
        [column.to, row.from],
        [column.to, row.to],
        [column.from, row.to],
      ].map(([a = 0, b = 0]): Point => [x[a] ?? NaN, y[b] ?? NaN, z[b]?.[a] ?? NaN]);
      const height = corners.reduce((sum, [, , c]) => sum + c, 0) / 4;
      if (Number.isNaN(height)) continue;
      const next = colourLevel(axis, height);
      if (next !== level) drawn += `${level === undefined ? '' : '"/>'}${facetPath(levelColour(axis, next))}`;
      level = next;
      drawn += outline(corners.map(place));
    }
  }
  return level === undefined ? '' : `${drawn}"/>`;
}

/** Stroked in its own colour: no seams between neighbours. */
function facetPath(colour: string): string {
  return `<path fill="${colour}" stroke="${colour}" d="`;
}

/** A closed outline in whole units, each corner relative to the one before. */
function outline(places: readonly Place[]): string {
  const points = places.map(([left, top]) => [Math.round(left), Math.round(top)] as const);
  const steps = points.slice(1).map(([left, top], at) => {
    const [dx, dy] = [left - (points[at]?.[0] ?? 0), top - (points[at]?.[1] ?? 0)];
    return `${dx < 0 || at === 0 ? '' : ' '}${dx}${dy < 0 ? '' : ' '}${dy}`;
  });
  return `M${points[0]?.join(' ') ?? ''}l${steps.join('')}z`;
}

/** The pieces of one side from far to near, at most so many. */
function sides(count: number, ascending: boolean): readonly { readonly from: number; readonly to: number }[] {
  const parts = Math.min(FACETS, count - 1);
  const edge = (at: number): number => Math.round((at * (count - 1)) / parts);
  const pieces = Array.from({ length: parts }, (_, at) => ({ from: edge(at), to: edge(at + 1) }));
  // the far side is where the eye is not: pieces that ascend end nearest to an eye on the positive side
  return ascending ? pieces.reverse() : pieces;
}

function whole([left, top]: Place): string {
  return `${Math.round(left)} ${Math.round(top)}`;
}

function pathMarks(path: PathTrace, at: (x: number, y: number, z: number) => Place): string {
  let data = '';
  let markers = '';
  let joined = false;
  path.x.forEach((x, index) => {
    const [y, z] = [path.y[index] ?? null, path.z[index] ?? null];
    if (x === null || y === null || z === null) {
      joined = false;
      return;
    }
    const place = at(x, y, z);
    data += `${joined ? 'L' : 'M'}${whole(place)}`;
    markers += markerData(path.marker.symbol, 5, ...place);
    joined = true;
  });
  const rim = `<path ${stroke({ color: '#ffffff', dash: 'solid', width: 5 })} d="${data}"/>`;
  const line = `<path ${stroke({ ...path.line, width: 2 })} d="${data}"/>`;
  return `${rim}${line}<path fill="${escapeXml(path.line.color)}" d="${markers}"/>`;
}

/** The front edge of the floor for x, its right edge for y, the left upright for z, with ticks and titles. */
function axes(surface: SurfaceTrace, scene: Scene, place: (point: Point) => Place): string {
  const floor: readonly Point[] = [
    [-0.5, -0.5, -0.5],
    [0.5, -0.5, -0.5],
    [0.5, 0.5, -0.5],
    [-0.5, 0.5, -0.5],
  ];
  const back: readonly Point[] = [
    [-0.5, -0.5, 0.5],
    [-0.5, 0.5, 0.5],
    [0.5, 0.5, 0.5],
  ];
  const line = (points: readonly Point[]): string => `M${points.map((point) => whole(place(point))).join('L')}`;
  const uprights = [floor[0], floor[3], floor[2]].map((foot, at) => line([foot ?? [0, 0, 0], back[at] ?? [0, 0, 0]]));
  const lines = `${line([...floor, floor[0] ?? [0, 0, 0]])}${uprights.join('')}${line(back)}`;
  const { zaxis } = scene;
  const [low, high] = zaxis.range;
  const heightTicks = zaxis.tickvals.map((value, at) => ({
    share: (value - low) / (high - low) - 0.5,
    label: zaxis.ticktext[at] ?? '',
  }));
  const side = (values: readonly number[]): { share: number; label: string }[] => {
    const scale = linearScale(extent(values) ?? [0, 1], [-0.5, 0.5], 4);
    return scale.ticks.map((tick) => ({ share: scale.position(tick.value), label: tick.text }));
  };
  const labels = [
    ...side(surface.x).map(({ share, label }) => beside(place([share, -0.5, -0.5]), [-4, 16], label, 'middle')),
    ...side(surface.y).map(({ share, label }) => beside(place([0.5, share, -0.5]), [10, 10], label, 'start')),
    ...heightTicks.map(({ share, label }) => beside(place([-0.5, -0.5, share]), [-8, 4], label, 'end')),
    beside(place([0, -0.5, -0.5]), [-24, 36], unescapeText(scene.xaxis.title.text), 'middle', 13),
    beside(place([0.5, 0, -0.5]), [44, 26], unescapeText(scene.yaxis.title.text), 'start', 13),
    beside(place([-0.5, -0.5, 0.5]), [0, -14], unescapeText(zaxis.title.text), 'middle', 13),
  ];
  return `<path fill="none" stroke="${INK}" stroke-width="0.7" d="${lines}"/>${labels.join('')}`;
}

function beside([left, top]: Place, [dx, dy]: Place, label: string, anchor: string, size = 11): string {
  return text(left + dx, top + dy, clip(label, 200, size), `text-anchor="${anchor}" font-size="${size}"`);
}
