import { escapeHtml, type Displayable, type MimeBundle } from '../display';
import { NO_MATHS } from '../display/mime';
import { checkNumbers, kindOf } from './arguments';
import { extent } from './round';
import type { Values } from './series';
import { countText, valueText } from './text';
import { LEVELS, levelClass, TEXT_STYLE } from './text-style';

/** What coloured text must say about itself. */
export interface ColouredTextOptions {
  readonly title: string;
  /** What the values are, with their unit: 'cell state tanh(c) of unit 17'. */
  readonly label: string;
  /** The value that has the strongest colour; the largest there is, by its size, unless given. */
  readonly reach?: number;
  /** What stands between two pieces; a space unless given. Of a text, whose pieces are its characters, nothing. */
  readonly separator?: string;
}

/** A text whose pieces are coloured. */
export interface ColouredText extends Displayable {
  /** The piece of a page, with all that it needs. */
  readonly html: string;
  /** One line that says what is shown: what a log and a terminal get. */
  readonly description: string;
  /** What is left out, a sentence each. */
  readonly notes: readonly string[];
}

/** Pieces that one page shows, of some 40 bytes each. */
const MOST = 6000;

/**
 * Text whose pieces (the characters of a text, or the words of a list) have a value each: vermilion above zero, blue below it,
 * the stronger the further away; strong ones are underlined too, solid above and dotted below. The pointer is told the number.
 *
 * ```ts
 * show(plots.colouredText('"I see," he said.', state, { title: 'Unit 17', label: 'tanh(c)' }));
 * show(plots.colouredText(['not', 'good'], [-0.4, 0.9], { title: 'What decided', label: 'gradient · input (nats)' }));
 * ```
 *
 * It is a piece of HTML with nothing outside of it and no script: the same in JupyterLab, light and dark, and in an exported
 * page. Of more than 6,000 pieces the first are shown, and it says so. What is not finite has no colour.
 *
 * @throws TypeError or RangeError in one sentence: a title or label missing, no text, another number of values than of pieces, a
 *   reach that is not above zero.
 */
export function colouredText(
  text: string | readonly string[],
  values: Values,
  options: ColouredTextOptions,
): ColouredText {
  const { title, label, separator = typeof text === 'string' ? '' : ' ' } = options;
  for (const [name, given] of Object.entries({ title, label })) {
    if (typeof given === 'string' && given.trim() !== '') continue;
    throw new TypeError(
      `plots.colouredText: ${name} is ${kindOf(given)}; say what the colours show in a non-empty text.`,
    );
  }
  const pieces = checkPieces(text);
  const numbers = checkNumbers('plots.colouredText: values', values);
  if (numbers.length !== pieces.length) {
    throw new RangeError(
      `plots.colouredText: got ${numbers.length} values for ${pieces.length} pieces of text; expected one for each ${typeof text === 'string' ? 'character (code point)' : 'piece'}.`,
    );
  }
  const range = extent(numbers) ?? [0, 0];
  const reach = options.reach ?? (Math.max(...range.map(Math.abs)) || 1);
  if (!(Number.isFinite(reach) && reach > 0)) {
    throw new RangeError(`plots.colouredText: reach is ${kindOf(reach)}; expected a finite number above 0.`);
  }
  const notes = notesOn(numbers);
  const shown = pieces.slice(0, MOST);
  const body = runs(shown, numbers, reach, separator);
  const html = [
    `<figure class="unrolled-text ${NO_MATHS}"><style>${TEXT_STYLE}</style>`,
    `<figcaption><b>${escapeHtml(title)}</b><br>${escapeHtml(label)}: ${legend(range, reach)}`,
    ...notes.map((note) => `<br>${escapeHtml(note)}`),
    `</figcaption><div class="body" tabindex="0">${body}</div></figure>`,
  ].join('');
  const description = describe(pieces, numbers, label, separator);
  return {
    html,
    description,
    notes,
    toMimeBundle: (): MimeBundle => ({
      'text/html': html,
      'text/plain': [`${title}: ${description}`, ...notes].join(' '),
    }),
  };
}

function checkPieces(text: unknown): readonly string[] {
  const pieces: unknown = typeof text === 'string' ? Array.from(text) : text;
  if (!Array.isArray(pieces) || pieces.length === 0) {
    throw new TypeError(`plots.colouredText: text is ${kindOf(text)}; expected a text or a list of its pieces.`);
  }
  const odd = pieces.findIndex((piece) => typeof piece !== 'string');
  if (odd !== -1) throw new TypeError(`plots.colouredText: text[${odd}] is ${kindOf(pieces[odd])}; expected a text.`);
  return pieces as string[];
}

/** Neighbours of one number share a tag. */
function runs(pieces: readonly string[], values: readonly number[], reach: number, separator: string): string {
  const html: string[] = [];
  let [run, told] = ['', ''];
  const flush = (): void => {
    if (run !== '') html.push(told === '' ? run : `<i ${told}>${run}</i>`);
    run = '';
  };
  pieces.forEach((piece, at) => {
    const now = tagOf(values[at] ?? NaN, reach);
    if (now !== told || separator !== '') flush();
    if (at > 0 && separator !== '') html.push(visible(separator));
    told = now;
    run += visible(piece);
  });
  flush();
  return html.join('');
}

function tagOf(value: number, reach: number): string {
  if (!Number.isFinite(value)) return '';
  const share = Math.min(1, Math.max(-1, value / reach));
  const level = Math.round(share * LEVELS);
  return `${level === 0 ? '' : `class=${levelClass(level)} `}title=${signed(Number(value.toPrecision(2)))}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)}`;
}

/** A line break that has a value must be seen to have it. */
function visible(piece: string): string {
  return escapeHtml(piece.replace(/[\p{Cc}\p{Cs}]/gu, (sign) => SIGNS[sign] ?? '\uFFFD'));
}

const SIGNS: Readonly<Record<string, string>> = { '\n': '↵\n', '\t': '⇥\t', '\r': '␍' };

function legend([low, high]: readonly [number, number], reach: number): string {
  const shares = [...(low < 0 ? [-1, -0.5] : []), 0, ...(high > 0 || low >= 0 ? [0.5, 1] : [])];
  return shares
    .map((share) => {
      const level = Math.round(share * LEVELS);
      const name = signed(Number((share * reach).toPrecision(2)));
      return `<i${level === 0 ? '' : ` class="${levelClass(level)}"`}>${name}</i>`;
    })
    .join(' ');
}

function notesOn(values: readonly number[]): readonly string[] {
  const lost = values.filter((value) => !Number.isFinite(value)).length;
  return [
    ...(values.length > MOST ? [`The first ${countText(MOST)} of ${countText(values.length)} pieces.`] : []),
    ...(lost > 0 ? [`${countText(lost)} of ${countText(values.length)} values not finite, without a colour.`] : []),
  ];
}

function describe(pieces: readonly string[], values: readonly number[], label: string, separator: string): string {
  const range = extent(values);
  const words = pieces.slice(0, 60).join(separator).replace(/\s+/g, ' ');
  const text = `"${words}${pieces.length > 60 ? '…' : ''}"`;
  const size = `${countText(pieces.length)} ${pieces.length === 1 ? 'piece' : 'pieces'}`;
  if (range === undefined) return `${text} (${size}), ${label} without a value.`;
  const place = (value: number): string => {
    const at = values.indexOf(value);
    return `${valueText(value)} at piece ${countText(at + 1)} (${JSON.stringify(pieces[at])})`;
  };
  return `${text} (${size}), ${label} from ${place(range[0])} to ${place(range[1])}.`;
}
