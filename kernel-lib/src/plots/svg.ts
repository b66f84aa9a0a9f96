import type { Axis, BarTrace, Layout, LineTrace, Trace } from './trace';
import { extent } from './round';
import { barFill, barMarks, lineMarks, markerData, patternDefinition, stroke, tenth } from './svg-marks';
import { categoryScale, linearScale, logScale, padded, type Span, type SvgScale } from './svg-scale';
import { escapeXml, unescapeText } from './text';

const WIDTH = 700;
const HEIGHT = 400;
const INK = '#333';
const GRID = '#ddd';
/** How wide a character is on average, in parts of the font size: SVG has no way to ask. */
const CHARACTER = 0.55;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The figure as a still picture, for a reader without plotly.js: a page on GitHub, paper, a browser without scripts.
 * Its ground is white, for it cannot know the page's.
 */
export function svg(data: readonly Trace[], layout: Layout, description: string): string {
  const legendWidth = layout.showlegend ? legendSize(data) : 0;
  const subtitle = layout.title.subtitle?.text;
  const box: Box = { left: 70, right: WIDTH - 28 - legendWidth, top: subtitle ? 66 : 48, bottom: HEIGHT - 54 };
  const x = xScale(data, layout.xaxis, [box.left, box.right]);
  const y = yScale(data, layout.yaxis, [box.bottom, box.top]);
  const title = unescapeText(layout.title.text);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"`,
    ` font-family="${escapeXml(layout.font.family)}" font-size="12" fill="${INK}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    definitions(data),
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(box.left, 28, title, 'font-size="17"'),
    subtitle ? text(box.left, 48, clip(unescapeText(subtitle), WIDTH - box.left, 12)) : '',
    grid(x, y, box),
    marks(data, x, y),
    axisTitles(layout, box),
    layout.showlegend ? legend(data, box) : '',
    '</svg>',
  ];
  return parts.join('');
}

function isLine(trace: Trace): trace is LineTrace {
  return trace.type === 'scatter';
}

function isBar(trace: Trace): trace is BarTrace {
  return trace.type === 'bar';
}

function xScale(data: readonly Trace[], axis: Axis, span: Span): SvgScale {
  const labels = data.find(isBar)?.x;
  if (labels) return categoryScale(labels.map(unescapeText), span, 40);
  const lines = data.filter(isLine);
  const domain = extent(lines.flatMap((trace) => trace.x)) ?? [0, 1];
  const air = lines.some((trace) => trace.marker !== undefined) ? 0.03 : 0;
  if (axis.type === 'log') return logScale(padded(domain, air, 'log'), span);
  return linearScale(padded(domain, air, 'linear'), span, 7);
}

function yScale(data: readonly Trace[], axis: Axis, span: Span): SvgScale {
  const values = data.flatMap((trace) => trace.y);
  if (data.some(isBar)) return linearScale(extent([0, ...values]) ?? [0, 1], span, 6);
  const domain = extent(values);
  if (axis.type === 'log') return logScale(padded(domain ?? [1, 10], 0.05, 'log'), span);
  return linearScale(padded(domain ?? [0, 1], 0.05, 'linear'), span, 6);
}

function marks(data: readonly Trace[], x: SvgScale, y: SvgScale): string {
  const bars = data.filter(isBar).map((trace, index, all) => barMarks(trace, index, all.length, x, y));
  const lines = data.filter(isLine).map((trace) => lineMarks(trace, x, y));
  return [...bars, ...lines].join('');
}

function definitions(data: readonly Trace[]): string {
  const patterns = data.filter(isBar).map(patternDefinition).join('');
  return patterns === '' ? '' : `<defs>${patterns}</defs>`;
}

function grid(x: SvgScale, y: SvgScale, { left, right, top, bottom }: Box): string {
  const vertical = x.ticks.map(({ value }) => `M${tenth(x.position(value))} ${top}V${bottom}`);
  const horizontal = y.ticks.map(({ value }) => `M${left} ${tenth(y.position(value))}H${right}`);
  const below = x.ticks.map(({ value, text: label }) => {
    return text(x.position(value), bottom + 18, clip(label, 60, 12), 'text-anchor="middle"');
  });
  const beside = y.ticks.map(({ value, text: label }) =>
    text(left - 8, y.position(value) + 4, label, 'text-anchor="end"'),
  );
  const lines = `<path fill="none" stroke="${GRID}" d="${[...vertical, ...horizontal].join('')}"/>`;
  const frame = `<path fill="none" stroke="${INK}" d="M${left} ${top}V${bottom}H${right}"/>`;
  return [lines, frame, ...below, ...beside].join('');
}

function axisTitles({ xaxis, yaxis }: Layout, { left, right, top, bottom }: Box): string {
  const middle = (top + bottom) / 2;
  const turned = `text-anchor="middle" font-size="13" transform="rotate(-90 16 ${middle})"`;
  return [
    text((left + right) / 2, HEIGHT - 14, unescapeText(xaxis.title.text), 'text-anchor="middle" font-size="13"'),
    text(16, middle, unescapeText(yaxis.title.text), turned),
  ].join('');
}

const SWATCH = 34;
const LINE_HEIGHT = 20;
const LONGEST_NAME = 130;

function legendSize(data: readonly Trace[]): number {
  const widths = data.map(({ name }) => unescapeText(name).length * 12 * CHARACTER);
  return 24 + SWATCH + Math.min(LONGEST_NAME, Math.max(0, ...widths));
}

function legend(data: readonly Trace[], { right, top, bottom }: Box): string {
  const room = Math.max(1, Math.floor((bottom - top) / LINE_HEIGHT));
  const shown = data.length > room ? data.slice(0, room - 1) : data;
  const left = right + 16;
  const rows = shown.map((trace, index) => {
    const middle = top + 10 + index * LINE_HEIGHT;
    const label = text(left + SWATCH, middle + 4, clip(unescapeText(trace.name), LONGEST_NAME + 8, 12));
    return swatch(trace, left, middle) + label;
  });
  const rest = data.length - shown.length;
  if (rest > 0) rows.push(text(left + SWATCH, top + 14 + shown.length * LINE_HEIGHT, `and ${rest} more`));
  return rows.join('');
}

function swatch(trace: Trace, left: number, middle: number): string {
  if (trace.type === 'bar') return `<rect x="${left + 8}" y="${middle - 6}" width="14" height="12" ${barFill(trace)}/>`;
  const line = `<path ${stroke(trace.line)} d="M${left} ${middle}h28"/>`;
  if (trace.marker === undefined) return line;
  const { symbol, size } = trace.marker;
  return `${line}<path fill="${escapeXml(trace.line.color)}" d="${markerData(symbol, size, left + 14, middle)}"/>`;
}

function clip(label: string, width: number, size: number): string {
  const most = Math.floor(width / (size * CHARACTER));
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes && ` ${attributes}`}>${escapeXml(content)}</text>`;
}
