/** Colours at shares from 0 to 1, ascending; between them a straight line through sRGB. */
export type ColourScale = readonly (readonly [share: number, colour: string])[];

/** The colour at a share from 0 to 1 of a scale, between its stops in a straight line through sRGB, as plotly does. */
export function colourAt(scale: ColourScale, share: number): string {
  const within = Math.min(1, Math.max(0, share));
  const above = Math.max(
    1,
    scale.findIndex(([stop]) => stop >= within),
  );
  const [[from, a] = [0, '#000000'], [to, b] = [1, '#ffffff']] = [scale[above - 1], scale[above]];
  const part = (within - from) / (to - from);
  return hex([1, 3, 5].map((at) => (1 - part) * channel(a, at) + part * channel(b, at)));
}

function channel(colour: string, at: number): number {
  return parseInt(colour.slice(at, at + 2), 16);
}

function hex(channels: readonly number[]): string {
  return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/**
 * From a dark violet over blue and green to a bright yellow, its lightness rising in equal steps: whoever sees no hue,
 * and whoever prints in grey, still reads the order. In the coordinates of Oklab (B. Ottosson, "A perceptual color
 * space for image processing", 2020) the lightness goes from 0.28 to 0.95 and the hue from 290° to 105°.
 */
export const SEQUENTIAL: ColourScale = stops((share) => vivid(0.28 + 0.67 * share, 290 - 185 * share));

/** From blue over white to vermilion, the palette's first two, lightest in the middle. */
export const DIVERGING: ColourScale = stops((share) => {
  const away = Math.abs(2 * share - 1);
  return vivid(0.97 - 0.45 * away, share < 0.5 ? 250 : 45, 0.16 * away);
});

function stops(colour: (share: number) => string): ColourScale {
  return Array.from({ length: 11 }, (_, at) => [at / 10, colour(at / 10)] as const);
}

/** The colour of that lightness and hue (in degrees) with the most chroma, up to a limit, that a screen can show. */
function vivid(lightness: number, hue: number, most = 0.14): string {
  for (let chroma = most; chroma > 0; chroma -= 0.002) {
    const rgb = linearRgb(lightness, chroma, (hue * Math.PI) / 180);
    if (rgb.every((value) => value >= 0 && value <= 1)) return hex(rgb.map(encoded));
  }
  return hex(linearRgb(lightness, 0, 0).map(encoded));
}

/** Ottosson 2020: from Oklab, in polar coordinates, to linear sRGB. */
function linearRgb(lightness: number, chroma: number, hue: number): readonly [number, number, number] {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** A channel from 0 to 1 as sRGB writes it, from 0 to 255. */
function encoded(value: number): number {
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
}
