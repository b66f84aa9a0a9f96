import { similarSpans, type SimilarSpan, type Span, type UnitValues } from '../analysis';
import { rowsOf } from '../analysis/correlate-units';
import { escapeHtml, type Displayable, type MimeBundle } from '../display';
import { NO_MATHS } from '../display/mime';
import { kindOf } from './arguments';
import { PAGE_SCRIPT, SPAN_STYLE } from './span-search-page';
import { countText } from './text';

/** What a page to search in starts with. */
export interface SpanSearchOptions {
  readonly title: string;
  /** The span that is asked for until the reader selects another: symbols `from` .. `to` − 1. */
  readonly span: Span;
  /** How many spans to find: 5 unless given. */
  readonly count?: number;
}

/** A text in which the reader selects a span and sees which others the network read alike. */
export interface SpanSearch extends Displayable {
  readonly html: string;
  /** What was found for the span of the beginning. */
  readonly found: readonly SimilarSpan[];
  readonly description: string;
  readonly notes: readonly string[];
}

/** Bytes of hidden states that a page carries: a third more in base64, and the page stays below 300 kB. */
const MOST = 190_000;

/**
 * A text to select in: the spans with the most similar hidden states light up, by `analysis.similarSpans` (the cosine of mean
 * states, seen from the mean of the text). The states lie in the page, a byte each, with a small script: no kernel and no network
 * is needed, in JupyterLab or on an exported page. Where scripts do not run (a notebook that nobody has trusted) the first span's
 * answer stays. Of a text that is too long for 300 kB the beginning is taken, and it says so.
 * Shapes: states [symbols, hidden], symbols being code points.
 *
 * @throws TypeError, RangeError or Error in one sentence: no title or text, another number of states than of symbols, a span outside
 *   of the text.
 */
export function spanSearch(text: string, states: UnitValues, options: SpanSearchOptions): SpanSearch {
  const { title, span, count = 5 } = options;
  if (typeof title !== 'string' || title.trim() === '') {
    throw new TypeError(`plots.spanSearch: title is ${kindOf(title)}; say what is searched in a non-empty text.`);
  }
  const rows = rowsOf(states);
  const symbols = Array.from(text);
  if (symbols.length !== rows.length) {
    throw new RangeError(
      `plots.spanSearch: got ${rows.length} states for ${symbols.length} characters (code points); expected one for each.`,
    );
  }
  const width = rows[0]?.length ?? 0;
  const kept = Math.min(symbols.length, Math.floor(MOST / width));
  const [shown, used] = [symbols.slice(0, kept), rows.slice(0, kept)];
  const found = similarSpans(used, span, { count });
  const notes =
    kept < symbols.length ? [`The first ${countText(kept)} of ${countText(symbols.length)} characters.`] : [];
  const html = [
    `<figure class="unrolled-spans ${NO_MATHS}" data-width="${width}" data-count="${count}" data-states="${packed(used, width)}">`,
    `<style>${SPAN_STYLE}</style><figcaption><b>${escapeHtml(title)}</b><br>`,
    'Select a stretch of the text, or type some of it: ',
    '<input type="search" size="20" aria-label="A stretch of the text" data-lm-suppress-shortcuts="true">',
    ...notes.map((note) => `<br>${note}`),
    `</figcaption><div class="body" tabindex="0">${marked(shown, span, found)}</div>`,
    `<ol aria-live="polite">${found.map((each) => item(shown, each)).join('')}</ol>`,
    `<script>${PAGE_SCRIPT}</script></figure>`,
  ].join('');
  const description = describe(shown, span, found);
  return {
    html,
    found,
    description,
    notes,
    toMimeBundle: (): MimeBundle => ({
      'text/html': html,
      'text/plain': [`${title}: ${description}`, ...notes].join(' '),
    }),
  };
}

/** The states seen from their mean, the largest of all as 127, in base64. */
function packed(rows: readonly ArrayLike<number>[], width: number): string {
  const mean = new Float64Array(width);
  for (const row of rows) mean.forEach((sum, i) => (mean[i] = sum + (row[i] ?? NaN) / rows.length));
  let reach = 0;
  for (const row of rows) mean.forEach((m, i) => (reach = Math.max(reach, Math.abs((row[i] ?? NaN) - m))));
  const bytes = new Int8Array(rows.length * width);
  rows.forEach((row, t) => {
    mean.forEach((m, i) => (bytes[t * width + i] = Math.round((127 * ((row[i] ?? NaN) - m)) / (reach || 1))));
  });
  return Buffer.from(bytes.buffer).toString('base64');
}

function marked(symbols: readonly string[], asked: Span, found: readonly SimilarSpan[]): string {
  const marks = [
    { ...asked, tag: '<mark class="asked">' },
    ...found.map((span, at) => ({ ...span, tag: `<mark data-n="${at + 1}">` })),
  ].sort((a, b) => a.from - b.from);
  let at = 0;
  const part = (to: number): string => escapeHtml(symbols.slice(at, (at = to)).join(''));
  const html = marks.map(({ from, to, tag }) => `${part(from)}${tag}${part(to)}</mark>`).join('');
  return html + part(symbols.length);
}

function item(symbols: readonly string[], span: SimilarSpan): string {
  return `<li>${span.score.toFixed(2)}  <code>${escapeHtml(words(symbols, span))}</code></li>`;
}

function words(symbols: readonly string[], { from, to }: Span): string {
  return symbols.slice(from, to).join('').replaceAll('\n', '↵');
}

function describe(symbols: readonly string[], asked: Span, found: readonly SimilarSpan[]): string {
  const list = found.map((span) => `"${words(symbols, span)}" (${span.score.toFixed(2)})`).join(', ');
  return `read like "${words(symbols, asked)}": ${list || 'nothing'}.`;
}
