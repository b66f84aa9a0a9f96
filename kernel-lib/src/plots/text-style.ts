/** How strong a colour can be: 0 is none. */
export const LEVELS = 10;

/** Of the ground that the page has, this much still shines through at the strongest level: its ink stays legible on it. */
const OPACITY = 0.72;

/** The palette's vermilion and blue as channels, for a colour that lets the ground through. */
const ABOVE = '213,94,0';
const BELOW = '0,114,178';

/** The colour of a level from −{@link LEVELS} to {@link LEVELS}, as CSS has it. */
export function levelColour(level: number): string {
  const opacity = Number(((OPACITY * Math.abs(level)) / LEVELS).toFixed(3));
  return `rgba(${level < 0 ? BELOW : ABOVE},${opacity})`;
}

/** The class of a level. */
export function levelClass(level: number): string {
  return `${level < 0 ? 'n' : 'p'}${Math.abs(level)}`;
}

/**
 * The rules of coloured text. Colours lie over the page's own ground and ink, so that light and dark themes both read; strong
 * values are underlined too, solid above zero and dotted below it, for whoever sees no hue and whoever prints in grey.
 */
export const TEXT_STYLE: string = [
  '.unrolled-text{margin:.6em 0;font-size:13px;line-height:1.6;max-width:60em}',
  '.unrolled-text figcaption{font-family:Helvetica,Arial,sans-serif;margin-bottom:.3em}',
  '.unrolled-text figcaption i{padding:0 .35em;font-size:11px}',
  '.unrolled-text .body{font-family:Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;max-height:30em;overflow-y:auto}',
  '.unrolled-text i{font-style:normal;text-decoration-skip-ink:none;text-underline-offset:2px}',
  ...levels().map(
    (level) => `.unrolled-text .${levelClass(level)}{background:${levelColour(level)}${underline(level)}}`,
  ),
].join('');

/** Every level but 0, which has no colour. */
export function levels(): readonly number[] {
  const up = Array.from({ length: LEVELS }, (_, at) => at + 1);
  return [...up.map((level) => -level).reverse(), ...up];
}

function underline(level: number): string {
  const size = Math.abs(level);
  if (size < LEVELS / 2) return '';
  const thickness = size >= 0.8 * LEVELS ? 3 : 2;
  return `;text-decoration:underline ${level < 0 ? 'dotted' : 'solid'} ${thickness}px`;
}
