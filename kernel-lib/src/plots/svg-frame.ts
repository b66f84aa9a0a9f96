import { tenth } from './svg-marks';
import type { SvgScale } from './svg-scale';
import { escapeXml, unescapeText } from './text';
import type { Layout } from './trace';

export const WIDTH = 700;
export const INK = '#333';
const GRID = '#ddd';
/** How wide a character is on average, in parts of the font size: SVG has no way to ask. */
export const CHARACTER = 0.55;

/** The room between the axes, in the picture's units. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The axes, their ticks and the lines from them. */
export function grid(x: SvgScale, y: SvgScale, { left, right, top, bottom }: Box): string {
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

/** What the axes measure, below and, turned, on the left. */
export function axisTitles({ xaxis, yaxis }: Layout, { left, right, top, bottom }: Box): string {
  const middle = (top + bottom) / 2;
  const turned = `text-anchor="middle" font-size="13" transform="rotate(-90 16 ${middle})"`;
  return [
    text((left + right) / 2, bottom + 40, unescapeText(xaxis.title.text), 'text-anchor="middle" font-size="13"'),
    text(16, middle, unescapeText(yaxis.title.text), turned),
  ].join('');
}

/** The label, cut where it would be wider than that. */
export function clip(label: string, width: number, size: number): string {
  const most = Math.floor(width / (size * CHARACTER));
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}

/** A piece of text. */
export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes && ` ${attributes}`}>${escapeXml(content)}</text>`;
}
