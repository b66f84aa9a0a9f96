import type { BarTrace, Dash, LineTrace, Pattern, Symbol } from './trace';
import type { SvgScale } from './svg-scale';
import { escapeXml } from './text';

/** A coordinate with one decimal: a tenth of a pixel. */
export function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const DASH_LENGTHS: Readonly<Record<Dash, string>> = {
  solid: '',
  dash: '9 5',
  dashdot: '9 4 2 4',
  longdash: '16 6',
  longdashdot: '16 5 2 5',
  dot: '2 4',
};

/** How the line of a trace is stroked, in the plot and in the legend. */
export function stroke({ color, dash, width }: LineTrace['line']): string {
  const dashes = DASH_LENGTHS[dash] === '' ? '' : ` stroke-dasharray="${DASH_LENGTHS[dash]}"`;
  return `fill="none" stroke="${escapeXml(color)}" stroke-width="${width}" stroke-linejoin="round"${dashes}`;
}

/** One trace as a path with gaps, and its markers. */
export function lineMarks(trace: LineTrace, x: SvgScale, y: SvgScale): string {
  const points = trace.y.map((value, at) => {
    return value === null ? undefined : ([x.position(trace.x[at] ?? NaN), y.position(value)] as const);
  });
  const path = `<path ${stroke(trace.line)} d="${pathData(points)}"/>`;
  if (trace.marker === undefined) return path;
  const { symbol, size, maxdisplayed } = trace.marker;
  const every = maxdisplayed === 0 ? 1 : Math.ceil(points.length / maxdisplayed);
  const markers = points.map((point, at) => (point && at % every === 0 ? markerData(symbol, size, ...point) : ''));
  return `${path}<path fill="${escapeXml(trace.line.color)}" d="${markers.join('')}"/>`;
}

/** Steps relative to the point before, in tenths: half the bytes of absolute coordinates, and no error adds up. */
function pathData(points: readonly (readonly [number, number] | undefined)[]): string {
  let data = '';
  let before: readonly [number, number] | undefined;
  for (const point of points) {
    if (point === undefined) {
      before = undefined;
      continue;
    }
    const at = [Math.round(point[0] * 10), Math.round(point[1] * 10)] as const;
    data += before === undefined ? `M${pair(at[0], at[1])}l0 0` : pair(at[0] - before[0], at[1] - before[1], ' ');
    before = at;
  }
  return data;
}

function pair(x: number, y: number, lead = ''): string {
  return `${x < 0 ? '' : lead}${x / 10}${y < 0 ? '' : ' '}${y / 10}`;
}

const OUTLINES: Readonly<Record<Exclude<Symbol, 'circle'>, string>> = {
  square: '-1 -1 1 -1 1 1 -1 1',
  diamond: '0 -1.3 1.3 0 0 1.3 -1.3 0',
  cross: '-.4 -1.2 .4 -1.2 .4 -.4 1.2 -.4 1.2 .4 .4 .4 .4 1.2 -.4 1.2 -.4 .4 -1.2 .4 -1.2 -.4 -.4 -.4',
  'triangle-up': '0 -1.2 1.2 1 -1.2 1',
  x: '-1.2 -.7 -.7 -1.2 0 -.5 .7 -1.2 1.2 -.7 .5 0 1.2 .7 .7 1.2 0 .5 -.7 1.2 -1.2 .7 -.5 0',
};

/** A closed outline round (x, y), for the `d` of a filled path. */
export function markerData(symbol: Symbol, size: number, x: number, y: number): string {
  const radius = size / 2;
  if (symbol === 'circle') {
    const arc = `a${radius} ${radius} 0 1 0`;
    return `M${tenth(x - radius)} ${tenth(y)}${arc} ${size} 0${arc} -${size} 0`;
  }
  const corners = OUTLINES[symbol].split(' ').map((corner, at) => tenth(Number(corner) * radius + (at % 2 ? y : x)));
  return `M${corners.join(' ')}z`;
}

/** The bars of one series among `count`, side by side in each label's place. */
export function barMarks(trace: BarTrace, index: number, count: number, x: SvgScale, y: SvgScale): string {
  const place = x.position(1) - x.position(0);
  const width = (place * 0.8) / count;
  const zero = y.position(0);
  const bars = trace.y.map((value, at) => {
    if (value === null) return '';
    const end = y.position(value);
    const left = x.position(at) + (index - count / 2) * width;
    return `M${tenth(left)} ${tenth(zero)}V${tenth(end)}h${tenth(width)}V${tenth(zero)}z`;
  });
  return `<path ${barFill(trace)} d="${bars.join('')}"/>`;
}

/** A bar's colour, or the id of its pattern. */
export function barFill({ marker: { color, pattern } }: BarTrace): string {
  const fill = pattern.shape === '' ? escapeXml(color) : `url(#${patternId(pattern.shape, color)})`;
  return `fill="${fill}" stroke="${escapeXml(color)}"`;
}

const STROKES: Readonly<Record<Exclude<Pattern, ''>, string>> = {
  '/': 'M-2 2 2 -2M0 8 8 0M6 10 10 6',
  '\\': 'M-2 6 2 10M0 0 8 8M6 -2 10 2',
  x: 'M0 0 8 8M0 8 8 0',
  '-': 'M0 4H8',
  '|': 'M4 0V8',
};

/** The definition that a patterned bar refers to. */
export function patternDefinition({ marker: { color, pattern } }: BarTrace): string {
  if (pattern.shape === '') return '';
  const size = 'width="8" height="8" patternUnits="userSpaceOnUse"';
  const lines = `<path d="${STROKES[pattern.shape]}" stroke="#fff" stroke-width="1.5"/>`;
  const ground = `<rect width="8" height="8" fill="${escapeXml(color)}"/>`;
  return `<pattern id="${patternId(pattern.shape, color)}" ${size}>${ground}${lines}</pattern>`;
}

/** Ids are the page's, not the picture's, where a picture stands inline: two with the same id must look the same. */
function patternId(shape: Pattern, color: string): string {
  return `bar-${shape.charCodeAt(0)}-${color.replace(/\W/g, '')}`;
}
