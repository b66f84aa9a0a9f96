import type { Results } from './record.ts';

/** What the example's page prints after these epochs: keras.io, Character-level text generation with LSTM. */
export const published: ReadonlyMap<number, number> = new Map([
  [1, 2.285],
  [2, 1.6243],
  [3, 1.4987],
  [4, 1.4367],
  [40, 1.2021],
]);

/** A run as a page. */
export function nietzschePage({ command, machine, diversities, chance, epochs, steps, sizes }: Results): string {
  const { processor, cores, system, date, node } = machine;
  const untold = epochs.filter(({ realWords }) => realWords.length === 0).map(({ epoch }) => epoch);
  const head = [...diversities.map((diversity) => `real words at ${diversity}`)];
  return [
    '# The Keras text-generation example in full',
    `\`${command}\`, ${date}. ${cores} × ${processor}, ${system}, Node ${node}. Stop it when you like: it goes on from its checkpoint.`,
    'An LSTM of 128 units on windows of 40 characters, one every 3, of the book in lower case; RMSprop 0.01, batches of 128, seed 1. ' +
      'The loss is the mean over the epoch, in nats a character, beside the one that the example’s page prints. Real words are the ' +
      'share of the words in 2,000 sampled characters that the book has, at each diversity; of characters drawn one by one it is ' +
      `${percent(chance)}. Seconds are those of the training steps, on a machine that had other work beside it.`,
    `## ${epochs.length} epochs`,
    table(
      ['epoch', 'loss', 'published', ...head, 'seconds'],
      epochs.map(({ epoch, loss, realWords, seconds }) => [
        String(epoch),
        loss.toFixed(4),
        published.get(epoch)?.toFixed(4) ?? '',
        ...diversities.map((_, k) => (realWords[k] === undefined ? '–' : percent(realWords[k]))),
        String(seconds),
      ]),
    ),
    ...(untold.length > 0 ? [`What was written after epoch ${untold.join(' and ')} was not kept, only the loss.`] : []),
    '## What it writes at diversity 0.5',
    ...epochs
      .filter(({ epoch, samples }) => samples.length > 0 && [1, 2, 5, 10, 20, 40, 60].includes(epoch))
      .map(({ epoch, samples }) => `Epoch ${epoch}: \`${(samples[1] ?? '').trim()}\``),
    ...(sizes.length > 0 ? sizesPart(sizes, steps, head) : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function sizesPart(sizes: Results['sizes'], steps: number, head: readonly string[]): string[] {
  return [
    '## How long the book must be',
    `${steps} steps each, whoever has less text reads it more often. One character later: on windows that begin one ` +
      'character after those it was trained on. The loss on what none of them has read: the last 30,000 characters. Copied: of stretches of 20 characters, written at 0.5, those that stand word for word in what was read.',
    table(
      ['characters', 'loss on what it reads', 'one character later', 'on what it has not', ...head, 'copied'],
      sizes.map(({ characters, trainingLoss, betweenLoss, heldOutLoss, realWords, copied }) => [
        characters.toLocaleString('en'),
        trainingLoss.toFixed(3),
        betweenLoss.toFixed(3),
        heldOutLoss.toFixed(3),
        ...realWords.map(percent),
        percent(copied[1] ?? NaN),
      ]),
    ),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
