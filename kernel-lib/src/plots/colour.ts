import { checkScale, kindOf, type Titles } from './arguments';
import { DIVERGING, SEQUENTIAL } from './colour-scale';
import { extent, rounder } from './round';
import { linearScale, logScale } from './svg-scale';
import { escapeText } from './text';
import type { ColourAxis, Scale } from './trace';

/** What the colours of a figure measure. */
export interface Colour {
  /** Beside the colour bar, with its unit: "gradient norm". */
  readonly label: string;
  /** Default linear. On a logarithmic scale values that are not positive are left out. */
  readonly scale?: Scale;
  /** Blue below zero, white at zero, vermilion above, as far on either side. Default false: dark to bright. */
  readonly diverging?: boolean;
}

/** What the caller's options are called in a sentence. */
type Names = Readonly<Record<keyof Colour, string>>;

/** The values of the two ends of the colours. */
export type Ends = readonly [number, number];

/** @throws TypeError in one sentence: no label, an unknown scale, a diverging scale that is logarithmic. */
export function checkColour(
  caller: string,
  given: Readonly<Partial<Record<keyof Colour, unknown>>>,
  names: Names,
): Required<Colour> {
  const { label, diverging = false } = given;
  if (typeof label !== 'string' || label.trim() === '') {
    throw new TypeError(
      `${caller}: ${names.label} is ${kindOf(label)}; a reader needs to know what the colours measure: give a non-empty text.`,
    );
  }
  const scale = checkScale(`${caller}: ${names.scale}`, given.scale);
  if (typeof diverging !== 'boolean' || (diverging && scale === 'log')) {
    const got = diverging === true ? 'true on a logarithmic scale' : kindOf(diverging);
    throw new TypeError(
      `${caller}: ${names.diverging} is ${got}; expected true or false, and false where the scale is 'log'.`,
    );
  }
  return { label, scale, diverging };
}

/** What figures with a value for each place say of it. */
export interface ZOptions {
  /** What the values are, with their unit: beside the colour bar. */
  readonly z: string;
  /** Default linear. On a logarithmic scale what is not positive has no colour. */
  readonly zScale?: Scale;
  /** Blue below zero, white at zero, vermilion above, as far on either side. Default false: dark to bright. */
  readonly diverging?: boolean;
}

/** @throws TypeError in one sentence, as `checkColour` does. */
export function checkZ(caller: string, { z, zScale, diverging }: ZOptions): Required<Colour> {
  const given = { label: z, scale: zScale, diverging };
  return checkColour(caller, given, { label: 'z', scale: 'zScale', diverging: 'diverging' });
}

/** The value as the colour axis counts: itself, or its power of ten; NaN for what has no colour. */
export function colourValue(value: number, scale: Scale): number {
  const shown = scale === 'log' ? Math.log10(value) : value;
  return Number.isFinite(shown) ? shown : NaN;
}

/** @throws TypeError in one sentence for ends that are not two ascending numbers, above zero on a logarithmic scale. */
export function checkEnds(argument: string, ends: unknown, { scale }: Required<Colour>): Ends | undefined {
  if (ends === undefined) return undefined;
  const [low, high] = (Array.isArray(ends) && ends.length === 2 ? ends : []) as unknown[];
  const numbers = [low, high].map((end) => (typeof end === 'number' ? colourValue(end, scale) : NaN));
  const [first = NaN, second = NaN] = numbers;
  if (first < second) return [first, second];
  const got = Array.isArray(ends)
    ? `[${ends.map((end) => (typeof end === 'number' ? end : kindOf(end))).join(', ')}]`
    : kindOf(ends);
  const above = scale === 'log' ? ' above 0' : '';
  throw new TypeError(`${argument} is ${got}; expected two finite numbers${above}, the smaller one first.`);
}

/** The axis for values that `colourValue` gave, from end to end of them unless other ends are given. */
export function colourAxis(
  { label, scale, diverging }: Required<Colour>,
  values: Iterable<number>,
  ends?: Ends,
): ColourAxis {
  const [low, high] = domain(ends ?? extent(values) ?? [0, 1], diverging);
  const ticks =
    scale === 'log'
      ? logScale([10 ** low, 10 ** high], [0, 1]).ticks.map(({ value, text }) => ({ value: Math.log10(value), text }))
      : linearScale([low, high], [0, 1], 6).ticks;
  const round = rounder([low, high]);
  return {
    colorscale: diverging ? DIVERGING : SEQUENTIAL,
    cmin: low,
    cmax: high,
    colorbar: {
      title: { text: escapeText(label), side: 'right', font: { size: 13 } },
      tickfont: { size: 11 },
      tickvals: ticks.map(({ value }) => round(value)),
      ticktext: ticks.map(({ text }) => text),
    },
  };
}

/** What the pointer is told of a colour: plotly has no logarithmic colours, so it is the power of ten. */
export function colourHover({ label, scale }: Required<Colour>, variable: string): string {
  return `${scale === 'log' ? 'log₁₀ ' : ''}${escapeText(label)}: %{${variable}}`;
}

/** What the pointer is told of a place and the value `z` there. */
export function zHover({ x, y }: Pick<Titles, 'x' | 'y'>, colour: Required<Colour>): string {
  return `${escapeText(x)}: %{x}<br>${escapeText(y)}: %{y}<br>${colourHover(colour, 'z')}<extra></extra>`;
}

function domain([low, high]: readonly [number, number], diverging: boolean): readonly [number, number] {
  if (diverging) {
    const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [-reach, reach];
  }
  // values that are all alike take the middle of the scale
  const half = high > low ? 0 : Math.abs(low) * 0.1 || 1;
  return [low - half, high + half];
}
