import { contenders, remarks } from './contenders.ts';
import { tuple } from './plan.ts';
import type { Leak, Memory, Row, Times } from './results.ts';
import { ratios, summarize, type Summary } from './statistics.ts';

/** Three digits. */
const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const spread = ({ q1, q3 }: Summary): string => `[${digits(q1)}, ${digits(q3)}]`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const isTimed = (times: Times | undefined): times is Times & { ms: readonly number[] } =>
  times !== undefined && 'ms' in times;

/**
 * The first contender's milliseconds, and how many times as long the others took in the same round: medians, with the quartiles
 * in brackets. Where the first is absent the next one stands in for it; whose milliseconds are bold, the others are measured by.
 */
export function speedTable(rows: readonly Row[]): string {
  const head = ['cell, step, (batch, time, in, units)', ...contenders.map(({ name }) => name), 'rounds'];
  const steps = { train: 'training step', forward: 'forward' };
  return markdown(
    head,
    rows.map((row) => {
      const timed = contenders.map(({ name }) => row.times.find((times) => times.name === name));
      const reference = timed.find(isTimed);
      const cells = timed.map((times) => (isTimed(times) && reference ? speedCell(times, reference) : 'absent'));
      return [`${row.cell}, ${steps[row.mode]}, ${tuple(row.sizes)}`, ...cells, String(reference?.ms.length ?? 0)];
    }),
  );
}

/** A row as one line of a log. */
export function speedLine(row: Row): string {
  const timed = row.times.filter(isTimed);
  const figures = timed.map(({ name, ms }) => `${name} ${digits(summarize(ms).median)}`);
  return `${row.cell}, ${row.mode}, ${tuple(row.sizes)} in ms: ${figures.join(', ')}`;
}

function speedCell(
  { name, ms }: Times & { ms: readonly number[] },
  reference: Times & { ms: readonly number[] },
): string {
  const own = summarize(ms);
  if (name === reference.name) return `**${digits(own.median)} ms** ${spread(own)}`;
  const ratio = summarize(ratios(ms, reference.ms));
  return `${digits(ratio.median)}× ${spread(ratio)}, ${digits(own.median)} ms`;
}

/** What the speed table cannot say in its cells: other forms, and why something is absent from one row alone. */
export function speedNotes(rows: readonly Row[]): string[] {
  const cells = [...new Set(rows.map(({ cell }) => cell))];
  const forms = cells.flatMap((cell) =>
    Object.entries(remarks(cell)).map(([name, text]) => `${cell}, ${name}: ${text}.`),
  );
  const absent = rows.flatMap((row) =>
    row.times.flatMap((times) =>
      'ms' in times ? [] : [`${row.cell}, ${row.mode}, ${tuple(row.sizes)}, ${times.name}: absent (${times.absent})`],
    ),
  );
  return [...forms, ...absent];
}

export function memoryTable(all: readonly Memory[]): string {
  const rows = all.map((one) => {
    const size = tuple(one.sizes);
    if ('absent' in one) return [size, one.name, `absent (${one.absent})`, '', '', ''];
    const layers = all.find((other) => other.name === 'tf.layers' && tuple(other.sizes) === size);
    const steps = one.peak - one.before;
    const share = layers && 'peak' in layers ? digits(steps / (layers.peak - layers.before)) : '';
    return [size, one.name, megabytes(one.before), megabytes(one.peak), megabytes(steps), share];
  });
  return markdown(
    ['(batch, time, in, units)', 'contender', 'after loading', 'peak', 'for the steps', "of tf.layers'"],
    rows,
  );
}

export function leakLines(all: readonly Leak[]): string[] {
  return all.map(({ name, sizes, steps, tensors, bytes }) => {
    const growth = (bytes[1] - bytes[0]) / 1e6;
    return (
      `${name}, ${steps} training steps of the LSTM at ${tuple(sizes)}: ${tensors[1] - tensors[0]} tensors more than before ` +
      `(${tensors[0]}), resident memory from ${megabytes(bytes[0])} to ${megabytes(bytes[1])} (${growth.toFixed(1)} MB).`
    );
  });
}
