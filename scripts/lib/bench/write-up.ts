import { lines, type Series } from 'kernel-lib/plots';
import type { GrowthResult, Machine, Results } from './results.ts';
import { summarize } from './statistics.ts';
import { leakLines, memoryTable, speedNotes, speedTable } from './table.ts';

/** A run as a page: the tables, what they mean, and the machine. `plots` are the files of the growth curves. */
export function page(results: Results, command: string): string {
  const { machine, rows, memory, leaks, growth, absent } = results;
  const missing = Object.entries(absent).map(([name, reason]) => `${name} was absent: ${reason}`);
  const parts = [
    '# Speed of the recurrences',
    `\`${command}\`, ${machine.date}. ${describe(machine)}`,
    ...(missing.length > 0 ? [bullets(missing)] : []),
    ...(machine.load > machine.cores / 4 ? [busy] : []),
  ];
  if (rows.length > 0) {
    parts.push(
      '## Steps',
      'The first column is milliseconds a step, the others how many times as long they took in the same round: medians, quartiles in ' +
        'brackets. A training step is forward, then backward from a given gradient of all outputs to the inputs and every weight. ' +
        'Every contender is in a process that holds it ready with as many threads as it chooses, and runs one block at a time while ' +
        'the others rest: A B C D, B C D A, ...',
      speedTable(rows),
    );
    const notes = speedNotes(rows);
    if (notes.length > 0) parts.push(bullets(notes));
  }
  if (memory.length > 0) {
    parts.push(
      '## Peak memory',
      'Resident, in a fresh process each that takes training steps of the LSTM.',
      memoryTable(memory),
    );
  }
  if (leaks.length > 0) parts.push('## Leaks', bullets(leakLines(leaks)));
  if (growth.length > 0) {
    parts.push(
      '## Growth',
      'Of the LSTM’s training step, medians.',
      ...growth.map(({ along }) => `![Milliseconds a step against ${along}](${growthFile(along)})`),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

/** What a page says first where a run began on a busy machine. */
export const busy =
  '**The machine was busy when this began.** Contenders whose threads wait for each other, PyTorch above all, then take many times ' +
  'as long as they would alone: measure again on a machine that does nothing else.';

/** Lines as a list. */
export const bullets = (all: readonly string[]): string => all.map((line) => `- ${line}`).join('\n');

/** The machine as a sentence. */
export function describe({ processor, cores, system, load, versions }: Machine): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cores} × ${processor}, ${system}, load ${load} when it began; ${names.join(', ')}.`;
}

export const growthFile = (along: GrowthResult['along']): string => `growth-${along}.svg`;

/** The curves of one size, as an SVG picture. */
export function growthPlot({ along, rows }: GrowthResult): string {
  const series: Record<string, Series> = {};
  for (const name of new Set(rows.flatMap(({ times }) => times.map((one) => one.name)))) {
    const points = rows.flatMap(({ sizes, times }) => {
      const own = times.find((one) => one.name === name);
      return own && 'ms' in own ? [{ x: sizes[along], y: summarize(own.ms).median }] : [];
    });
    if (points.length > 0) series[name] = { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
  }
  const others = (['batch', 'time', 'input', 'units'] as const).filter((name) => name !== along);
  const fixed = others.map((name) => `${name} ${rows[0]?.sizes[name] ?? '?'}`).join(', ');
  return lines(series, {
    title: `LSTM, training step (${fixed})`,
    x: along === 'time' ? 'time steps' : 'units',
    y: 'ms',
    ...{ xScale: 'log', yScale: 'log' },
  }).toMimeBundle()['image/svg+xml'];
}
