import { tenth } from './svg-marks';
import type { SvgScale } from './svg-scale';
import type { ContourTrace } from './trace';

type Point = readonly [x: number, y: number];

/** The lines of equal height, cell by cell: where one passes between two neighbours, it does so in proportion. */
export function contourLines({ x, y, z, contours, line }: ContourTrace, xs: SvgScale, ys: SvgScale): string {
  let data = '';
  const count = Math.min(200, Math.floor((contours.end - contours.start) / contours.size + 1e-9));
  for (let step = 0; step <= count; step++) {
    const level = contours.start + step * contours.size;
    for (let row = 0; row + 1 < y.length; row++) {
      for (let column = 0; column + 1 < x.length; column++) {
        for (const [from, to] of segments(cornersOf(z, row, column), level)) {
          data += `M${place(from, row, column)}L${place(to, row, column)}`;
        }
      }
    }
  }
  return `<path fill="none" stroke="${line.color}" stroke-width="${line.width}" d="${data}"/>`;

  function place([across, up]: Point, row: number, column: number): string {
    return `${tenth(between(x, column, across, xs))} ${tenth(between(y, row, up, ys))}`;
  }
}

function between(places: readonly number[], at: number, share: number, scale: SvgScale): number {
  const [from, to] = [scale.position(places[at] ?? NaN), scale.position(places[at + 1] ?? NaN)];
  return from + share * (to - from);
}

function cornersOf(z: ContourTrace['z'], row: number, column: number): readonly number[] {
  return [
    z[row]?.[column] ?? NaN,
    z[row]?.[column + 1] ?? NaN,
    z[row + 1]?.[column + 1] ?? NaN,
    z[row + 1]?.[column] ?? NaN,
  ];
}

/** The corners of a cell in turn, in shares of its sides. */
const CORNERS: readonly Point[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** Marching squares: the pieces of a line of that level in a cell, none where a corner has no height. */
export function segments(corners: readonly number[], level: number): readonly (readonly [Point, Point])[] {
  if (corners.some(Number.isNaN)) return [];
  const crossings = corners.flatMap((height, at): Point[] => {
    const next = corners[(at + 1) % 4] ?? NaN;
    if (height < level === next < level) return [];
    const share = (level - height) / (next - height);
    const [[ax, ay] = [NaN, NaN], [bx, by] = [NaN, NaN]] = [CORNERS[at], CORNERS[(at + 1) % 4]];
    return [[ax + share * (bx - ax), ay + share * (by - ay)]];
  });
  const [a, b, c, d] = crossings;
  if (!a || !b) return [];
  if (!c || !d) return [[a, b]];
  // a saddle: the height of the middle says which corners belong together
  const middle = corners.reduce((sum, height) => sum + height, 0) / 4;
  return middle < level === (corners[0] ?? NaN) < level
    ? [
        [a, b],
        [c, d],
      ]
    : [
        [a, d],
        [b, c],
      ];
}
