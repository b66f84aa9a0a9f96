import { rowsOf, type UnitValues } from './correlate-units';

/** A stretch of a text: symbols `from` .. `to` − 1. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A span that a network reads alike. */
export interface SimilarSpan extends Span {
  /** Cosine: from −1 to 1, 1 for the same direction. Euclid: the distance, 0 for the same place. */
  readonly score: number;
}

/** What makes two spans alike. */
export interface SimilarSpanOptions {
  /** How many to find: 5 unless given. */
  readonly count?: number;
  /** 'cosine' (the default) compares directions, seen from the mean state of the text; 'euclid' compares places. */
  readonly measure?: 'cosine' | 'euclid';
  /** What stands for a span: the mean of its states (the default), or the state after its last symbol. */
  readonly by?: 'mean' | 'end';
}

/**
 * Spans of the same length whose hidden states are most like those of the one that is asked for, the most alike first. None of
 * them overlaps the asked one or another one. For a span s with vector v_s, the mean of its states or the last of them,
 *   cosine  (v_s − m) · (v_q − m) / (‖v_s − m‖ ‖v_q − m‖),  m the mean state of the whole text
 *   euclid  ‖v_s − v_q‖
 * Without the mean taken away nearly everything would point the same way.
 * Shapes: states [time, hidden]. After LSTMVis: Strobelt et al. 2018, LSTMVis: a tool for visual analysis of hidden state
 * dynamics in recurrent neural networks, which selects a span and looks for those with the same units switched on.
 *
 * @throws Error for a span that is empty or lies outside of the text, and options that are none
 */
export function similarSpans(states: UnitValues, { from, to }: Span, options: SimilarSpanOptions = {}): SimilarSpan[] {
  const { count = 5, measure = 'cosine', by = 'mean' } = options;
  const rows = rowsOf(states);
  const time = rows.length;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= time)) {
    throw new Error(
      `span: got ${from} to ${to}, expected integers with 0 ≤ from < to ≤ ${time}, the length of the text.`,
    );
  }
  if (!(Number.isInteger(count) && count >= 1))
    throw new Error(`count: got ${count}, expected an integer of at least 1.`);
  checkChoice('measure', measure, ['cosine', 'euclid']);
  checkChoice('by', by, ['mean', 'end']);

  const length = to - from;
  const vectors = by === 'end' ? rows.slice(length - 1).map((row) => Float64Array.from(row)) : means(rows, length);
  const centre = measure === 'cosine' ? (means(rows, time)[0] ?? new Float64Array()) : undefined;
  const placed = centre ? vectors.map((vector) => vector.map((value, i) => value - (centre[i] ?? 0))) : vectors;
  const asked = placed[from] ?? new Float64Array();
  const scored = placed.map((vector, start) => {
    return {
      from: start,
      to: start + length,
      score: measure === 'cosine' ? cosine(vector, asked) : distance(vector, asked),
    };
  });
  const better = measure === 'cosine' ? -1 : 1;
  scored.sort((a, b) => better * (a.score - b.score) || a.from - b.from);

  const found: SimilarSpan[] = [];
  for (const span of scored) {
    if (found.length === count) break;
    const free = [{ from, to }, ...found].every((other) => span.to <= other.from || span.from >= other.to);
    if (free) found.push(span);
  }
  return found;
}

/** The mean of each stretch of so many rows, by a running sum. */
function means(rows: readonly ArrayLike<number>[], length: number): Float64Array[] {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  const result: Float64Array[] = [];
  rows.forEach((row, t) => {
    const gone = rows[t - length];
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (row[i] ?? NaN) - (gone?.[i] ?? 0);
    if (t >= length - 1) result.push(sum.map((value) => value / length));
  });
  return result;
}

function cosine(a: Float64Array, b: Float64Array): number {
  const size = Math.sqrt(dot(a, a) * dot(b, b));
  return size === 0 ? 0 : dot(a, b) / size;
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

function checkChoice(name: string, got: string, expected: readonly string[]): void {
  if (expected.includes(got)) return;
  throw new Error(`${name}: got '${got}', expected ${expected.map((each) => `'${each}'`).join(' or ')}.`);
}
