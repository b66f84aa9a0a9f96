import { colourAt } from './colour-scale';
import { INK, text, type Box } from './svg-frame';
import { tenth } from './svg-marks';
import { unescapeText } from './text';
import type { ColourAxis } from './trace';

/** How much room a colour bar takes beside the axes. */
export const COLOUR_BAR = 96;
const THICKNESS = 14;

/** A picture has this many colours, so that what is coloured alike can be drawn by one path. */
const LEVELS = 48;

/** The number of the colour for a value, from 0 to 47. */
export function colourLevel({ cmin, cmax }: ColourAxis, value: number): number {
  const share = (value - cmin) / (cmax - cmin);
  return Math.min(LEVELS - 1, Math.max(0, Math.floor(share * LEVELS)));
}

/** The colour with that number. */
export function levelColour({ colorscale }: ColourAxis, level: number): string {
  return colourAt(colorscale, level / (LEVELS - 1));
}

/** What the colours stand for: a bar of them right of the axes, with its ticks and its title. */
export function colourBar(axis: ColourAxis, { right, top, bottom }: Box): string {
  const left = right + 18;
  const position = (value: number): number => bottom - ((value - axis.cmin) / (axis.cmax - axis.cmin)) * (bottom - top);
  const step = (bottom - top) / LEVELS;
  // each a little taller than its place: no seams where a screen rounds
  const bands = Array.from({ length: LEVELS }, (_, level) => {
    const y = tenth(bottom - (level + 1) * step);
    return `<path fill="${levelColour(axis, level)}" d="M${left} ${y}h${THICKNESS}v${tenth(step + (level > 0 ? 0.5 : 0))}h-${THICKNESS}z"/>`;
  });
  const { tickvals, ticktext, title } = axis.colorbar;
  const ticks = tickvals.map((value, at) => {
    return text(left + THICKNESS + 6, position(value) + 4, ticktext[at] ?? '');
  });
  const marks = tickvals.map((value) => `M${left + THICKNESS} ${tenth(position(value))}h4`);
  const [x, middle] = [right + COLOUR_BAR - 12, (top + bottom) / 2];
  const turned = `text-anchor="middle" font-size="13" transform="rotate(-90 ${tenth(x)} ${tenth(middle)})"`;
  const label = text(x, middle, unescapeText(title.text), turned);
  return [...bands, `<path fill="none" stroke="${INK}" d="${marks.join('')}"/>`, ...ticks, label].join('');
}
