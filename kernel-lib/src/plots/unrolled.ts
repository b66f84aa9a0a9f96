import { kindOf } from './arguments';
import { picture, type Picture } from './picture';
import { clip, INK, text } from './svg-frame';
import { PALETTE } from './theme';

/** What a network reads and says at each step. */
export interface UnrolledOptions {
  readonly title: string;
  /** One entry a step: what is read there, null where nothing is. */
  readonly inputs: readonly (string | null)[];
  /** One entry a step: what is said there, null where nothing is asked. */
  readonly outputs: readonly (string | null)[];
  /** What the state is called; default 'h'. */
  readonly state?: string;
}

const [STEP, WIDTH, HEIGHT] = [92, 66, 30];
const [OUTPUT, STATE, INPUT] = [48, 118, 188];
const LEFT = 16;
const [BLUE = INK, VERMILION = INK, GREEN = INK] = PALETTE;

/**
 * A recurrent network unrolled along time: inputs below, states in the middle, outputs on top, an arrow for each dependence.
 * The five shapes, one to one, one to many, many to one, many to many aligned and not, differ in which boxes are there.
 *
 * ```ts
 * show(plots.unrolled({ title: 'Many to one', inputs: ['not', 'good'], outputs: [null, 'negative'] }));
 * ```
 *
 * @throws TypeError or RangeError in one sentence: no title, no steps, other numbers of inputs and outputs.
 */
export function unrolled(options: UnrolledOptions): Picture {
  const { title, inputs, outputs, state = 'h' } = options;
  if (typeof title !== 'string' || title.trim() === '') {
    throw new TypeError(`plots.unrolled: title is ${kindOf(title)}; say what is seen in a non-empty text.`);
  }
  checkSteps('inputs', inputs);
  checkSteps('outputs', outputs);
  if (inputs.length !== outputs.length) {
    throw new RangeError(
      `plots.unrolled: got ${inputs.length} inputs and ${outputs.length} outputs; expected one of each for every step, null where there is none.`,
    );
  }
  const parts = inputs.flatMap((input, at) => {
    const output = outputs[at] ?? null;
    const middle = LEFT + WIDTH / 2 + at * STEP;
    return [
      ...(at > 0 ? [arrow(middle - STEP + WIDTH / 2, STATE + HEIGHT / 2, middle - WIDTH / 2, STATE + HEIGHT / 2)] : []),
      ...(input === null ? [] : [arrow(middle, INPUT, middle, STATE + HEIGHT), box(middle, INPUT, input, BLUE)]),
      box(middle, STATE, inputs.length > 1 ? `${state}${subscript(at + 1)}` : state, GREEN),
      ...(output === null
        ? []
        : [arrow(middle, STATE, middle, OUTPUT + HEIGHT), box(middle, OUTPUT, output, VERMILION)]),
    ];
  });
  const width = Math.max(2 * LEFT + WIDTH + (inputs.length - 1) * STEP, LEFT * 2 + title.length * 8);
  return picture({ title, description: describe(inputs, outputs), width, height: INPUT + HEIGHT + 14, parts });
}

function checkSteps(name: string, steps: unknown): asserts steps is readonly (string | null)[] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw new TypeError(
      `plots.unrolled: ${name} is ${kindOf(steps)}; expected one entry for each step, a text or null.`,
    );
  }
  const bad = steps.findIndex((step) => step !== null && typeof step !== 'string');
  if (bad !== -1) {
    throw new TypeError(`plots.unrolled: ${name}[${bad}] is ${kindOf(steps[bad])}; expected a text or null.`);
  }
}

function box(middle: number, top: number, label: string, colour: string): string {
  const outline = `M${middle - WIDTH / 2} ${top}h${WIDTH}v${HEIGHT}h-${WIDTH}z`;
  const words = text(middle, top + 19, clip(label, WIDTH - 6, 12), 'text-anchor="middle"');
  return `<path fill="${colour}" fill-opacity="0.15" stroke="${colour}" stroke-width="1.5" d="${outline}"/>${words}`;
}

/** A straight arrow, upwards or to the right. */
function arrow(x1: number, y1: number, x2: number, y2: number): string {
  const head = x1 === x2 ? `M${x2 - 4} ${y2 + 7}L${x2} ${y2 + 1}l4 6` : `M${x2 - 7} ${y2 - 4}L${x2 - 1} ${y2}l-6 4`;
  return `<path fill="none" stroke="${INK}" stroke-width="1.5" d="M${x1} ${y1}L${x2} ${y2}${head}"/>`;
}

/** 12 as ₁₂. */
function subscript(count: number): string {
  return String(count).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

function describe(inputs: readonly (string | null)[], outputs: readonly (string | null)[]): string {
  const told = (steps: readonly (string | null)[]): string => {
    const named = steps.flatMap((label, at) => (label === null ? [] : [`${label} (${at + 1})`]));
    return named.join(', ') || 'nothing';
  };
  return `a network over ${inputs.length} ${inputs.length === 1 ? 'step' : 'steps'}; reads ${told(inputs)}; says ${told(outputs)}.`;
}
