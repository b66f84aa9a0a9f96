import { ratios, summarize } from '../statistics.ts';
import { bullets, busy, describe } from '../write-up.ts';
import type { ImdbResults } from './measure.ts';

/** A run as a page. */
export function imdbPage({ machine, plan, note, epoch, contenders, absent }: ImdbResults, command: string): string {
  const [reference] = contenders;
  const rows = contenders.map(({ name, ms, accuracy }) => {
    const step = summarize(ms);
    const slower = summarize(ratios(ms, reference?.ms ?? ms));
    const times =
      name === reference?.name ? '' : `${digits(slower.median)} [${digits(slower.q1)}, ${digits(slower.q3)}]`;
    return [
      name,
      `${digits(step.median)} ms [${digits(step.q1)}, ${digits(step.q3)}]`,
      `${digits((step.median * epoch) / 1000)} s`,
      times,
      accuracy.toFixed(4),
    ];
  });
  const parts = [
    '# An epoch of the IMDB example',
    `\`${command}\`, ${machine.date}. ${describe(machine)}`,
    ...(machine.load > machine.cores / 4 ? [busy] : []),
    `The model of Keras's example imdb_lstm: 20,000 words, the last 80 of each review, batches of 32, Embedding 128, LSTM 128 with ` +
      'dropout .2 and recurrent dropout .2, Dense with a sigmoid, binary cross-entropy, Adam. Both learn from the same batches in ' +
      `the same order, ${plan.steps} of the ${epoch} steps of the first epoch, in ${plan.blocks} blocks: one trains while the other ` +
      'rests, each round begun by the other one. Keras by `model.fit` on a block at a time, Unrolled by gradient and update. Times are ' +
      'medians over the blocks, quartiles in brackets; how many times as long is taken block by block. Both draw a dropout mask for each gate.',
    `Reviews: ${note}.`,
    [
      '| | a step | an epoch at that rate | so many times as long | test half judged right |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ].join('\n'),
    ...(plan.steps < epoch ? [`Judged after ${plan.steps} steps, not after an epoch.`] : []),
    ...(absent.length > 0 ? [bullets(absent.map((one) => `Absent: ${one}`))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
