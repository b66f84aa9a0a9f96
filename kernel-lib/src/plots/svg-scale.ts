import { axisText } from './text';

/** Where values go on one axis of a picture, in its units, and which of them carry a label. */
export interface SvgScale {
  position(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** From the pixel where an axis begins to the one where it ends; the vertical axis runs upwards, so it begins at the larger. */
export type Span = readonly [from: number, to: number];

/** A linear axis with ticks at 1, 2 or 5 times a power of ten. A domain without width gets one. */
export function linearScale([low, high]: Span, span: Span, tickCount: number): SvgScale {
  const [from, to] = widen(low, high);
  const step = niceStep((to - from) / tickCount);
  const ticks = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    ticks.push({ value: index * step, text: tickText(index * step, step) });
  }
  return { position: project(from, to, span), ticks };
}

/** A logarithmic axis with ticks at powers of ten, and between them where there are few. */
export function logScale([low, high]: Span, span: Span): SvgScale {
  const [from, to] = high / low > 1 + NARROWEST ? [low, high] : amongDoubles(low / 2, high * 2);
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const every = Math.max(1, Math.ceil((last - first) / 8));
  const factors = last - first <= 1 ? [1, 2, 3, 5, 7] : last - first <= 3 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let exponent = first; exponent <= last; exponent += every) {
    for (const factor of factors) {
      const value = factor * 10 ** exponent;
      if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) ticks.push({ value, text: axisText(value) });
    }
  }
  const position = project(Math.log10(from), Math.log10(to), span);
  return { position: (value) => position(Math.log10(value)), ticks };
}

/** An axis of labels at 0, 1, 2, ..., half a place beyond each end; of many labels every k-th is written. */
export function categoryScale(labels: readonly string[], span: Span, tickCount: number): SvgScale {
  const every = Math.ceil(labels.length / tickCount);
  const ticks = labels.map((text, value) => ({ value, text })).filter(({ value }) => value % every === 0);
  return { position: project(-0.5, labels.length - 0.5, span), ticks };
}

/** The domain with some air around it, so that no curve runs along the frame. */
export function padded([low, high]: Span, share: number, scale: 'linear' | 'log'): Span {
  if (scale === 'linear') return [low - share * (high - low), high + share * (high - low)];
  const factor = 10 ** (share * (Math.log10(high) - Math.log10(low)));
  return amongDoubles(low / factor, high * factor);
}

/** The domain without the 0 and the infinity that the smallest and largest doubles are rounded to: neither has a logarithm. */
function amongDoubles(low: number, high: number): Span {
  return [Math.max(low, Number.MIN_VALUE), Math.min(high, Number.MAX_VALUE)];
}

interface Plane {
  readonly x: Span;
  readonly y: Span;
}

/** The domains, the one with less to the pixel made wider round its middle, so that a circle is a circle. */
export function evenUnits(domains: Plane, spans: Plane): Plane {
  const length = ([from, to]: Span): number => Math.abs(to - from);
  const perPixel = Math.max(length(domains.x) / length(spans.x), length(domains.y) / length(spans.y)) || 1;
  const around = ([low, high]: Span, span: Span): Span => {
    const [middle, half] = [(low + high) / 2, (perPixel * length(span)) / 2];
    return [middle - half, middle + half];
  };
  return { x: around(domains.x, spans.x), y: around(domains.y, spans.y) };
}

/** A domain narrower than this, in parts of its values, has no room for ticks that are different numbers. */
const NARROWEST = 1e-9;

function widen(low: number, high: number): Span {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > size * NARROWEST && high - low > Number.MIN_VALUE / NARROWEST) return [low, high];
  const half = size > Number.MIN_VALUE / NARROWEST ? size * 0.1 : 1;
  return [low - half, high + half];
}

function project(low: number, high: number, [from, to]: Span): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function tickText(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return axisText(decimals > 6 ? Number(value.toPrecision(6)) : Number(value.toFixed(decimals)));
}
