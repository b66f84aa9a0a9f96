import { colourLevel, levelColour } from './svg-colour';
import { tenth } from './svg-marks';
import type { SvgScale } from './svg-scale';
import type { ColourAxis, ContourTrace, HeatmapTrace } from './trace';

/**
 * The cells, those of a colour in one path: in units of a cell, a run of cells is a stroke as thick as a row.
 * Rows and columns are evenly spaced.
 */
export function cellMarks(
  { x, y, z }: Pick<HeatmapTrace | ContourTrace, 'x' | 'y' | 'z'>,
  xs: SvgScale,
  ys: SvgScale,
  axis: ColourAxis,
): string {
  const paths = new Map<number, string>();
  z.forEach((row, at) => {
    for (let from = 0, to = 0; from < row.length; from = to) {
      const level = levelOf(row[from], axis);
      while (to < row.length && levelOf(row[to], axis) === level) to++;
      if (level !== undefined) paths.set(level, `${paths.get(level) ?? ''}M${from} ${at}h${to - from}`);
    }
  });
  const [across, down] = [place(x, xs), place(y, ys)];
  const size = `scale(${across.step.toFixed(4)} ${down.step.toFixed(4)})`;
  const [left, top] = [tenth(across.first - across.step / 2), tenth(down.first)];
  const rows = [...paths].map(([level, data]) => `<path stroke="${levelColour(axis, level)}" d="${data}"/>`);
  return `<g shape-rendering="crispEdges" transform="translate(${left} ${top}) ${size}">${rows.join('')}</g>`;
}

function levelOf(value: number | null | undefined, axis: ColourAxis): number | undefined {
  return value === null || value === undefined ? undefined : colourLevel(axis, value);
}

/** Where the first row or column has its middle, and how far it is to the next. */
function place(labels: readonly string[] | readonly number[], scale: SvgScale): { first: number; step: number } {
  const at = (index: number): number => {
    const label = labels[index];
    return scale.position(typeof label === 'number' ? label : index);
  };
  const last = labels.length - 1;
  return { first: at(0), step: last > 0 ? (at(last) - at(0)) / last : scale.position(0.5) - scale.position(-0.5) };
}
