import { describe } from '../write-up.ts';
import type { SeedResults, SeedRun } from './seeds.ts';

/** Mean, standard deviation of one run, and standard error of the mean. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly error: number;
}

/** @throws RangeError for no values */
export function spread(values: readonly number[]): Spread {
  const n = values.length;
  if (n === 0) throw new RangeError('There is no mean of no values.');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : NaN;
  return { mean, deviation, error: deviation / Math.sqrt(n) };
}

/** The runs as a page. */
export function seedsPage({ machine, note, epochs, runs }: SeedResults, command: string): string {
  const names = [...new Set(runs.map(({ name }) => name))];
  const of = (name: string): SeedRun[] => runs.filter((run) => run.name === name).sort((a, b) => a.seed - b.seed);
  const each = Array.from({ length: epochs }, (_, epoch) => epoch);
  const rows = names.flatMap((name) =>
    each.map((epoch) => {
      const values = of(name).map(({ accuracies }) => accuracies[epoch] ?? NaN);
      const { mean, deviation } = spread(values);
      return [name, `${epoch + 1}`, digits(mean), digits(deviation), values.map(digits).join(' ')];
    }),
  );
  const fewest = Math.min(...names.map((name) => of(name).length));
  const differences = names.length < 2 || fewest < 2 ? [] : each.map((epoch) => `- ${difference(of(names[0] ?? ''), of(names[1] ?? ''), epoch)}`); // prettier-ignore
  return `${[
    '# The IMDB example from several seeds',
    `\`${command}\`, ${machine.date}. ${describe(machine)}`,
    'The model of Keras’s example imdb_lstm, in this library and in Keras: 20,000 words, the last 80 of each review, batches of 32, ' +
      'Embedding 128, LSTM 128 with dropout .2 and recurrent dropout .2, a mask for each gate, Adam. A seed draws the weights, the ' +
      'masks and a new order of the reviews for each epoch; the order is the same for both. What is told is the share of the whole ' +
      'test half that is judged right.',
    `Reviews: ${note}.`,
    ['| | after epoch | mean | standard deviation | seeds |', '| --- | --- | --- | --- | --- |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n'),
    ...(differences.length > 0 ? [differences.join('\n')] : []),
  ].join('\n\n')}\n`; // prettier-ignore
}

function difference(ours: readonly SeedRun[], theirs: readonly SeedRun[], epoch: number): string {
  const [a, b] = [ours, theirs].map((all) => spread(all.map(({ accuracies }) => accuracies[epoch] ?? NaN))) as [Spread, Spread]; // prettier-ignore
  const gap = 100 * (a.mean - b.mean);
  const error = 100 * Math.hypot(a.error, b.error);
  return `After epoch ${epoch + 1} the means differ by ${gap.toFixed(2)} points; the standard error of that difference is ${error.toFixed(2)}.`;
}

/** One run alone has no deviation. */
const digits = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(4).replace(/^0/, ''));
