import type { Displayable } from '../display';
import { checkNumbers, kindOf } from './arguments';
import { tenth } from './svg-marks';
import { text, INK, WIDTH } from './svg-frame';
import { escapeXml, valueText } from './text';
import type { Values } from './series';
import { FONT_FAMILY } from './theme';

/** One memory cell over time: its gates, and how strongly it still answers to the first input. */
export interface GatesOverTime {
  /** The input gate at each step, from 0 (closed) to 1 (open). */
  readonly i: Values;
  /** The forget gate: 1 keeps the memory, 0 empties it. */
  readonly f: Values;
  /** The output gate. */
  readonly o: Values;
  /** The sensitivity of the memory to the first input at each step, 0 or more. */
  readonly c: Values;
  /** The sensitivity of the output. */
  readonly h: Values;
}

/** What the picture must say about itself. */
export interface GatesOptions {
  readonly title: string;
  /** What the shades and the numbers measure. */
  readonly shade: string;
}

/** A picture drawn by code. */
export interface GatesPicture extends Displayable {
  /** The picture in a sentence: what a log, a terminal and a screen reader get. */
  readonly description: string;
  toMimeBundle(): { readonly 'image/svg+xml': string; readonly 'text/plain': string };
}

/** As many as stand side by side and can still be read. */
const MOST_STEPS = 16;
const HEIGHT = 300;
const LEFT = 104;
/** What has the largest sensitivity, red, green and blue. */
const DARK = [8, 48, 107];
const ROWS = { h: 86, o: 122, c: 158, i: 194, x: 230, t: 258 };

/**
 * How a memory preserves what came in first, as figure 4.4 of Graves 2012, Supervised sequence labelling with recurrent neural
 * networks, draws it: a node is the darker the more it answers to the first input, and carries the number; a gate is a ring where it
 * is open (0.9 or more), a bar where it is closed (0.1 or less), and its value in between. The input gate stands below the memory, the
 * forget gate on its left, the output gate above.
 *
 * ```ts
 * show(plots.gates({ i: [1, 0, 0], f: [1, 1, 1], o: [0, 0, 1], c: [1, 1, 1], h: [0, 0, 1] }, { title: 'Kept', shade: '|∂/∂x₁|' }));
 * ```
 *
 * @throws TypeError or RangeError in one sentence: a text missing, another number of steps, a gate not from 0 to 1, a sensitivity below 0
 */
export function gates(overTime: GatesOverTime, options: GatesOptions): GatesPicture {
  for (const name of ['title', 'shade'] as const) {
    const given: unknown = options[name];
    if (typeof given === 'string' && given.trim() !== '') continue;
    throw new TypeError(`plots.gates: ${name} is ${kindOf(given)}; expected a non-empty text.`);
  }
  const read = (name: keyof GatesOverTime): readonly number[] => checkNumbers(`plots.gates: ${name}`, overTime[name]);
  const steps = { i: read('i'), f: read('f'), o: read('o'), c: read('c'), h: read('h') };
  checkSteps(steps);
  const { length } = steps.i;
  const [first = 0, last = 0] = [steps.c[0], steps.c.at(-1)];
  const description =
    `${options.shade} over ${length} steps: of the memory from ${valueText(first)} to ${valueText(last)}, ` +
    `of the output from ${valueText(steps.h[0] ?? 0)} to ${valueText(steps.h.at(-1) ?? 0)}.`;
  return {
    description,
    toMimeBundle: () => ({
      'image/svg+xml': svg(steps, options, description),
      'text/plain': `${options.title}: ${description}`,
    }),
  };
}

type Steps = Readonly<Record<keyof GatesOverTime, readonly number[]>>;

function checkSteps(steps: Steps): void {
  const { length } = steps.i;
  if (length > MOST_STEPS) {
    throw new RangeError(`plots.gates: got ${length} steps; expected at most ${MOST_STEPS}: choose some of them.`);
  }
  for (const [name, values] of Object.entries(steps)) {
    if (values.length !== length) {
      throw new RangeError(
        `plots.gates: ${name} has ${values.length} steps and i ${length}; expected as many of each.`,
      );
    }
    const most = name === 'c' || name === 'h' ? Infinity : 1;
    const bad = values.findIndex((value) => !(value >= 0 && value <= most && Number.isFinite(value)));
    if (bad === -1) continue;
    const expected = most === 1 ? 'a gate from 0 to 1' : 'a finite sensitivity of 0 or more';
    throw new RangeError(`plots.gates: ${name}[${bad}] is ${values[bad]}; expected ${expected}.`);
  }
}

function svg(steps: Steps, { title, shade }: GatesOptions, description: string): string {
  const { length } = steps.i;
  const width = Math.min(80, (WIDTH - LEFT - 20) / length);
  const radius = Math.min(15, width * 0.28);
  const largest = Math.max(...steps.c, ...steps.h) || 1;
  const at = (t: number): number => LEFT + (t + 0.5) * width;
  // Below all else: a line that came with its column would cross the node of the column before.
  const connections = steps.i.map((_, t) => {
    const [x, before] = [at(t), t === 0 ? width / 2 : width];
    return `<path stroke="#999" d="M${tenth(x)} ${ROWS.x - radius}V${ROWS.h + radius}M${tenth(x - before)} ${ROWS.c}h${tenth(before)}"/>`;
  });
  const columns = steps.i.map((i, t) => {
    const x = at(t);
    const [o = 0, f = 0, c = 0, h = 0] = [steps.o[t], steps.f[t], steps.c[t], steps.h[t]];
    return [
      gate(x, ROWS.o, o),
      gate(x, ROWS.i, i),
      gate(x - width / 2, ROWS.c, f),
      node(x, ROWS.h, radius, h, largest),
      node(x, ROWS.c, radius, c, largest),
      input(x, radius, t === 0),
      text(x, ROWS.t, String(t + 1), 'text-anchor="middle"'),
    ].join('');
  });
  const labels = [
    ['output h', ROWS.h],
    ['gate o', ROWS.o],
    ['f, memory c', ROWS.c],
    ['gate i', ROWS.i],
    ['input x', ROWS.x],
    ['time step t', ROWS.t],
  ] as const;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"`,
    ` font-family="${escapeXml(FONT_FAMILY)}" font-size="12" fill="${INK}">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(12, 28, title, 'font-size="17"'),
    text(12, 50, `Shade and number: ${shade}. Gates: ring open, bar closed, else the value.`),
    ...labels.map(([label, y]) => text(12, y + 4, label)),
    ...connections,
    ...columns,
    '</svg>',
  ].join('');
}

/** White at 0, dark blue at the largest: read by lightness alone. */
function node(x: number, y: number, radius: number, value: number, largest: number): string {
  const share = value / largest;
  const colour = DARK.map((dark) => Math.round(255 + share * (dark - 255)));
  const ink = `text-anchor="middle" font-size="${radius > 12 ? 10 : 8}" fill="${share > 0.5 ? '#fff' : INK}"`;
  return (
    `<circle cx="${tenth(x)}" cy="${y}" r="${tenth(radius)}" fill="rgb(${colour.join(',')})" stroke="${INK}"/>` +
    text(x, y + 3.5, short(value), ink)
  );
}

function input(x: number, radius: number, isFirst: boolean): string {
  const side = 1.5 * radius;
  const place = `x="${tenth(x - side / 2)}" y="${tenth(ROWS.x - side / 2)}" width="${tenth(side)}" height="${tenth(side)}"`;
  return `<rect ${place} fill="${isFirst ? `rgb(${DARK.join(',')})` : '#fff'}" stroke="${INK}"/>`;
}

function gate(x: number, y: number, value: number): string {
  const ground = `<circle cx="${tenth(x)}" cy="${y}" r="8" fill="#fff"/>`;
  if (value >= 0.9) {
    return `${ground}<circle cx="${tenth(x)}" cy="${y}" r="5.5" fill="none" stroke="${INK}" stroke-width="1.8"/>`;
  }
  if (value <= 0.1) return `${ground}<path stroke="${INK}" stroke-width="2.6" d="M${tenth(x - 6)} ${y}h12"/>`;
  return ground + text(x, y + 3.5, short(value), 'text-anchor="middle" font-size="9"');
}

/** .5, 1, 12, 3e-5: as much as a node has room for. */
function short(value: number): string {
  if (value === 0) return '0';
  if (value < 0.01 || value >= 1000) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(2))).replace(/^0\./, '.');
}
