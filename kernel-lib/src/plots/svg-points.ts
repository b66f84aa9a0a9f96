import { colourLevel, levelColour } from './svg-colour';
import { markerData, tenth } from './svg-marks';
import { text as svgText } from './svg-frame';
import type { SvgScale } from './svg-scale';
import { escapeXml, unescapeText } from './text';
import type { ColourAxis, PointTrace } from './trace';

/** Whether the trace is points without a line. */
export function isPoints(trace: { readonly mode: string }): trace is PointTrace {
  return trace.mode === 'markers' || trace.mode === 'markers+text';
}

/** The markers of one trace, those of a colour in one path, and the labels beside them. */
export function pointMarks(
  { x, y, marker, text = [] }: PointTrace,
  xs: SvgScale,
  ys: SvgScale,
  axis?: ColourAxis,
): string {
  const paths = new Map<string, string>();
  x.forEach((across, at) => {
    const up = y[at] ?? null;
    const colour = typeof marker.color === 'string' ? marker.color : valueColour(marker.color[at] ?? null, axis);
    if (across === null || up === null || colour === undefined) return;
    paths.set(colour, (paths.get(colour) ?? '') + outline(marker, xs.position(across), ys.position(up)));
  });
  const labels = text.map((label, at) => {
    const [across, up] = [x[at] ?? null, y[at] ?? null];
    if (across === null || up === null || label === '') return '';
    return svgText(xs.position(across) + marker.size, ys.position(up) + 4, unescapeText(label), 'font-size="11"');
  });
  const rim = marker.line && marker.symbol === 'circle' ? rimOf(marker, [...paths.values()].join('')) : '';
  return (
    rim + [...paths].map(([colour, data]) => `<path ${look(marker, colour)} d="${data}"/>`).join('') + labels.join('')
  );
}

function valueColour(value: number | null, axis: ColourAxis | undefined): string | undefined {
  return value === null || axis === undefined ? undefined : levelColour(axis, colourLevel(axis, value));
}

/** A line of no length with round ends is the shortest circle there is. */
function outline({ symbol, size }: PointTrace['marker'], x: number, y: number): string {
  return symbol === 'circle' ? `M${tenth(x)} ${tenth(y)}h0` : markerData(symbol, size, x, y);
}

function look({ symbol, size, line }: PointTrace['marker'], colour: string): string {
  const ink = escapeXml(colour);
  if (symbol === 'circle') return `stroke="${ink}" stroke-width="${size}" stroke-linecap="round"`;
  return `fill="${ink}"${line ? ` stroke="${escapeXml(line.color)}" stroke-width="${line.width}"` : ''}`;
}

function rimOf({ size, line }: PointTrace['marker'], data: string): string {
  const ink = escapeXml(line?.color ?? '');
  return `<path stroke="${ink}" stroke-width="${size + 2 * (line?.width ?? 0)}" stroke-linecap="round" d="${data}"/>`;
}
