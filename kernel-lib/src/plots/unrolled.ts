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
  /** Several rows of states in place of one, the lowest first. */
  readonly rows?: readonly StateRow[];
  /**
   * What the rows read: each the row `below`, of which the highest is asked (a stack; the default); or all the `inputs`, and all
   * of them are asked (two directions: two rows at most).
   */
  readonly reads?: 'below' | 'inputs';
}

/** One row of states. */
export interface StateRow {
  /** What its states are called. */
  readonly state: string;
  /** Whether time runs from right to left in it. */
  readonly reverse?: boolean;
}

const [STEP, WIDTH, HEIGHT] = [92, 66, 30];
const [OUTPUT, ROW] = [48, 70];
const LEFT = 16;
/** How far two rows that both read the inputs stand apart sideways, so that an arrow can pass each. */
const ASIDE = 14;
const [BLUE = INK, VERMILION = INK, GREEN = INK] = PALETTE;

/**
 * A recurrent network unrolled along time: inputs below, states in the middle, outputs on top, an arrow for each dependence.
 * Several rows of states make a stack, or the two directions of a bidirectional network. The five shapes, one to one, one to many, many to one, many to many aligned and not, differ in which boxes are there.
 *
 * ```ts
 * show(plots.unrolled({ title: 'Many to one', inputs: ['not', 'good'], outputs: [null, 'negative'] }));
 * ```
 *
 * @throws TypeError or RangeError in one sentence: no title, no steps, other numbers of inputs and outputs, no row, or more than
 *   two that read the inputs.
 */
export function unrolled(options: UnrolledOptions): Picture {
  const { title, inputs, outputs, state = 'h', rows = [{ state }], reads = 'below' } = options;
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
  checkRows(rows, reads);
  const beside = reads === 'inputs' && rows.length > 1;
  const [top, bottom] = [OUTPUT + ROW, OUTPUT + ROW * rows.length];
  const parts = inputs.flatMap((input, at) => {
    const output = outputs[at] ?? null;
    const middle = LEFT + (beside ? ASIDE : 0) + WIDTH / 2 + at * STEP;
    const states = rows.flatMap(({ state, reverse = false }, k) => {
      const [x, y] = [middle + (beside ? (2 * k - 1) * ASIDE : 0), bottom - k * ROW];
      // The arrow from the inputs to the upper row passes the lower one on its right, the lower row's to the outputs on the left.
      const [from, into] = beside ? [middle + (k === 0 ? -10 : 24), middle + (k === 0 ? -24 : 10)] : [middle, middle];
      const [last, next] = [x - STEP + WIDTH / 2, x - WIDTH / 2];
      const hasBelow = k > 0 && !beside;
      return [
        ...(at === 0
          ? []
          : [
              reverse
                ? arrow(next, y + HEIGHT / 2, last, y + HEIGHT / 2)
                : arrow(last, y + HEIGHT / 2, next, y + HEIGHT / 2),
            ]),
        ...(hasBelow ? [arrow(middle, y + ROW, middle, y + HEIGHT)] : []),
        ...(!hasBelow && input !== null ? [arrow(from, bottom + ROW, from, y + HEIGHT)] : []),
        box(x, y, inputs.length > 1 ? `${state}${subscript(at + 1)}` : state, GREEN),
        ...(output !== null && (beside || y === top) ? [arrow(into, y, into, OUTPUT + HEIGHT)] : []),
      ];
    });
    return [
      ...(input === null ? [] : [box(middle, bottom + ROW, input, BLUE)]),
      ...states,
      ...(output === null ? [] : [box(middle, OUTPUT, output, VERMILION)]),
    ];
  });
  const wide = 2 * (LEFT + (beside ? ASIDE : 0)) + WIDTH + (inputs.length - 1) * STEP;
  const width = Math.max(wide, LEFT * 2 + title.length * 8);
  const description = describe(inputs, outputs, rows, reads);
  return picture({ title, description, width, height: bottom + ROW + HEIGHT + 14, parts });
}

function checkRows(rows: readonly StateRow[], reads: string): void {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new TypeError(
      `plots.unrolled: rows is ${kindOf(rows)}; expected one { state } for each row, the lowest first.`,
    );
  }
  if (reads !== 'below' && reads !== 'inputs') {
    throw new TypeError(`plots.unrolled: reads is ${kindOf(reads)}; expected 'below' or 'inputs'.`);
  }
  if (reads === 'inputs' && rows.length > 2) {
    throw new RangeError(`plots.unrolled: got ${rows.length} rows that read the inputs; expected two at most.`);
  }
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

/** A straight arrow, upwards, to the right or to the left. */
function arrow(x1: number, y1: number, x2: number, y2: number): string {
  const on = Math.sign(x2 - x1);
  const sideways = `M${x2 - 7 * on} ${y2 - 4}L${x2 - on} ${y2}l${-6 * on} 4`;
  const head = on === 0 ? `M${x2 - 4} ${y2 + 7}L${x2} ${y2 + 1}l4 6` : sideways;
  return `<path fill="none" stroke="${INK}" stroke-width="1.5" d="M${x1} ${y1}L${x2} ${y2}${head}"/>`;
}

/** 12 as ₁₂. */
function subscript(count: number): string {
  return String(count).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

function describe(
  inputs: readonly (string | null)[],
  outputs: readonly (string | null)[],
  rows: readonly StateRow[],
  reads: string,
): string {
  const told = (steps: readonly (string | null)[]): string => {
    const named = steps.flatMap((label, at) => (label === null ? [] : [`${label} (${at + 1})`]));
    return named.join(', ') || 'nothing';
  };
  const names = rows.map(({ state, reverse }) => (reverse ? `${state} from the right` : state)).join(', ');
  const how = reads === 'inputs' ? 'all read the inputs' : 'each reads the one before it';
  const several = rows.length === 1 ? '' : `; rows of states ${names}, ${how}`;
  const steps = `${inputs.length} ${inputs.length === 1 ? 'step' : 'steps'}`;
  return `a network over ${steps}${several}; reads ${told(inputs)}; says ${told(outputs)}.`;
}
