import { CHARACTER, clip, INK, text, WIDTH, type Box } from './svg-frame';
import { barFill, markerData, stroke } from './svg-marks';
import { isPoints } from './svg-points';
import { escapeXml, unescapeText } from './text';
import type { BarTrace, LineTrace, PathTrace, PointTrace } from './trace';

/** The traces that a legend names. */
export type Named = BarTrace | LineTrace | PathTrace | PointTrace;

const SWATCH = 34;
const LINE_HEIGHT = 20;
const LONGEST_NAME = 130;

/** How wide the legend is where it stands beside the axes. */
export function legendSize(data: readonly Named[]): number {
  return 24 + SWATCH + Math.min(LONGEST_NAME, Math.max(0, ...data.map(nameWidth)));
}

/** The series by name beside the axes; what finds no room is counted. */
export function legend(data: readonly Named[], { right, top, bottom }: Box): string {
  const room = Math.max(1, Math.floor((bottom - top) / LINE_HEIGHT));
  const shown = data.length > room ? data.slice(0, room - 1) : data;
  const left = right + 16;
  const rows = shown.map((trace, index) => entry(trace, left, top + 10 + index * LINE_HEIGHT));
  const rest = data.length - shown.length;
  if (rest > 0) rows.push(text(left + SWATCH, top + 14 + shown.length * LINE_HEIGHT, `and ${rest} more`));
  return rows.join('');
}

/** The series by name in one row below the axes, where a colour bar stands beside them. */
export function legendRow(data: readonly Named[], { left, bottom }: Box): string {
  const middle = bottom + 62;
  const parts: string[] = [];
  let at = left;
  for (const [index, trace] of data.entries()) {
    const width = SWATCH + Math.min(LONGEST_NAME, nameWidth(trace)) + 24;
    if (at + width > WIDTH - (index < data.length - 1 ? 70 : 0)) {
      parts.push(text(at, middle + 4, `and ${data.length - index} more`));
      break;
    }
    parts.push(entry(trace, at, middle));
    at += width;
  }
  return parts.join('');
}

function nameWidth({ name }: Named): number {
  return unescapeText(name).length * 12 * CHARACTER;
}

function entry(trace: Named, left: number, middle: number): string {
  const label = text(left + SWATCH, middle + 4, clip(unescapeText(trace.name), LONGEST_NAME + 8, 12));
  return swatch(trace, left, middle) + label;
}

function swatch(trace: Named, left: number, middle: number): string {
  if (trace.type === 'bar') return `<rect x="${left + 8}" y="${middle - 6}" width="14" height="12" ${barFill(trace)}/>`;
  if (isPoints(trace)) {
    const { symbol, size, color } = trace.marker;
    const fill = typeof color === 'string' ? color : INK;
    return `<path fill="${escapeXml(fill)}" d="${markerData(symbol, size, left + 14, middle)}"/>`;
  }
  const line = `<path ${stroke({ ...trace.line, width: 2 })} d="M${left} ${middle}h28"/>`;
  if (trace.marker === undefined) return line;
  const { symbol } = trace.marker;
  return `${line}<path fill="${escapeXml(trace.line.color)}" d="${markerData(symbol, 6, left + 14, middle)}"/>`;
}
