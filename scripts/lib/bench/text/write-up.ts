import { ratios, summarize } from '../statistics.ts';
import { bullets, busy, describe } from '../write-up.ts';
import type { TextResults } from './measure.ts';

/** A run as a page. */
export function textPage({ machine, rows }: TextResults, command: string): string {
  const parts = [
    '# Speed of the character model',
    `\`${command}\`, ${machine.date}. ${describe(machine)}`,
    ...(machine.load > machine.cores / 4 ? [busy] : []),
    'The network of the Keras text-generation example: an LSTM of 128 units on 57 characters, RMSprop. Every contender is in a process ' +
      'that holds it ready, and runs one block at a time while the others rest: A B C, B C A, ... How many times as fast is taken round ' +
      'by round; medians, quartiles in brackets. A training step makes its batch, goes forward and back and updates the weights; a ' +
      'character that is written is drawn at temperature 0.5 and read again.',
  ];
  for (const { name, characters, times } of rows) {
    const reference = times.find((one) => 'ms' in one);
    const table = times.flatMap((one) => {
      if (!('ms' in one) || reference === undefined || !('ms' in reference)) return [];
      const rate = summarize(one.ms.map((ms) => (1000 * characters) / ms));
      const faster = summarize(ratios(one.ms, reference.ms));
      const times = `${digits(faster.median)} [${digits(faster.q1)}, ${digits(faster.q3)}]`;
      return [[one.name, whole(rate.median), `${digits(summarize(one.ms).median)} ms`, one === reference ? '' : times]];
    });
    const absent = times.flatMap((one) => ('absent' in one ? [`${one.name} was absent: ${one.absent}`] : []));
    const count = reference !== undefined && 'ms' in reference ? reference.ms.length : 0;
    parts.push(
      `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      [
        `| ${count} rounds | characters a second | ${characters === 1 ? 'a character' : 'a step'} | the first is so many times as fast |`,
        '| --- | --- | --- | --- |',
        ...table.map((cells) => `| ${cells.join(' | ')} |`),
      ].join('\n'),
      ...(absent.length > 0 ? [bullets(absent)] : []),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const whole = (value: number): string => Math.round(value).toLocaleString('en');
