import type { Displayable, MimeBundle } from '../display';
import { INK, text } from './svg-frame';
import { escapeXml } from './text';
import { FONT_FAMILY } from './theme';

/** A drawing that is no plot: a network, a time line. */
export interface Picture extends Displayable {
  readonly svg: string;
  /** One line that says what is drawn: what a log, a terminal and a screen reader get. */
  readonly description: string;
  toMimeBundle(): MimeBundle;
}

interface Content {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** SVG elements below the title, which takes the first 44 units. */
  readonly parts: readonly string[];
}

/** Puts a drawing together, on white, for it cannot know the page's ground. */
export function picture({ title, description, width, height, parts }: Content): Picture {
  const [wide, high] = [Math.ceil(width), Math.ceil(height)];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img"`,
    ` font-family="${escapeXml(FONT_FAMILY)}" font-size="12" fill="${INK}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    `<rect width="${wide}" height="${high}" fill="#fff"/>`,
    text(16, 26, title, 'font-size="15"'),
    ...parts,
    '</svg>',
  ].join('');
  return {
    svg,
    description,
    toMimeBundle: (): MimeBundle => ({ 'image/svg+xml': svg, 'text/plain': `${title}: ${description}` }),
  };
}
