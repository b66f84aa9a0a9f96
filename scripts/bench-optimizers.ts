/** `npm run bench:optimizers`: one update of kernel-lib's optimizers beside tf.train's, measured in turn. */
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-node';
import { train } from 'kernel-lib';
import { SetupError } from 'kernel-lib/setup';
import { runScript } from './lib/run-script.ts';

const help = `npm run bench:optimizers -- [options]

Prints the milliseconds of one update of all parameters, median and 10th to 90th percentile, and of clipping their gradients.
It needs what \`npm run setup\` sets up.

  --rounds N   updates of each optimizer (default: 100)
  --help       this text`;

const models: Readonly<Record<string, readonly number[][]>> = {
  'RNN 64 to 128': [[64, 128], [128, 128], [128]], // prettier-ignore
  'LSTM 57 to 128': [[57, 512], [128, 512], [512]], // prettier-ignore
  'embedding 20,000 x 128': [[20_000, 128]],
};

/** Each row: ours, then what tf.train has of the kind. */
const rows: readonly (readonly [name: string, ours: () => train.Optimizer, theirs?: () => train.Optimizer])[] = [
  ['sgd', () => train.sgd(1e-3), () => tf.train.sgd(1e-3)],
  ['momentum', () => train.momentum(1e-3), () => tf.train.momentum(1e-3, 0.9)],
  ['rmsprop', () => train.rmsprop(1e-3), () => tf.train.rmsprop(1e-3)],
  ['rmsprop, momentum', () => train.rmsprop(1e-3, { momentum: 0.9 }), () => tf.train.rmsprop(1e-3, 0.9, 0.9)],
  [
    'rmsprop, centered',
    () => train.rmsprop(1e-3, { momentum: 0.9, centered: true }),
    () => tf.train.rmsprop(1e-3, 0.9, 0.9, undefined, true),
  ],
  [
    'rmsprop, centered, form of Keras',
    () => train.rmsprop(1e-3, { momentum: 0.9, centered: true, form: 'keras' }),
    () => tf.train.rmsprop(1e-3, 0.9, 0.9, undefined, true),
  ],
  ['adam', () => train.adam(1e-3), () => tf.train.adam(1e-3)],
  ['adamw', () => train.adamw(1e-3)],
];

export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const rounds = Number(values.rounds ?? 100);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new SetupError(`--rounds is "${values.rounds ?? ''}": expected a whole number above 0.`);
  }
  await tf.ready();
  for (const [model, shapes] of Object.entries(models)) {
    console.log(`\n${model.padEnd(34)}${'kernel-lib'.padStart(22)}${'tf.train'.padStart(22)}${'ratio'.padStart(8)}`);
    for (const [name, ...make] of rows) {
      const [ours = [], theirs] = measure(
        make.filter((one) => one !== undefined).map((one) => updater(one(), shapes)),
        rounds,
      );
      console.log(line(name, ours, theirs));
    }
    const grads = Object.fromEntries(shapes.map((shape, i) => [String(i), tf.randomNormal(shape)]));
    const clips = {
      'clipByGlobalNorm that scales': () => train.clipByGlobalNorm(grads, 1e-3).clipped,
      'clipByGlobalNorm that does not': () => train.clipByGlobalNorm(grads, 1e9).clipped,
      clipByValue: () => train.clipByValue(grads, 0.1),
    };
    for (const [name, clip] of Object.entries(clips)) {
      console.log(
        line(
          name,
          measure(
            [
              () => {
                tf.dispose(clip());
              },
            ],
            rounds,
          )[0] ?? [],
        ),
      );
    }
    tf.dispose(grads);
  }
  const [load = 0] = os.loadavg();
  console.log(
    `\nms; medians of ${rounds}, in turn; Node ${process.version}, ${os.cpus().length} cores, load ${load.toFixed(1)}`,
  );
  return 0;
}

/** One update of parameters of its own. */
function updater(optimizer: train.Optimizer, shapes: readonly number[][]): () => void {
  const gradients = shapes.map((shape) => {
    const variable = tf.tidy(() => tf.variable(tf.randomNormal(shape)));
    return { name: variable.name, tensor: tf.randomNormal(shape) };
  });
  return () => {
    optimizer.applyGradients(gradients);
  };
}

/** Milliseconds of each, sorted; the rounds alternate, so that a busy machine is busy for all. */
function measure(ways: readonly (() => void)[], rounds: number): number[][] {
  const times = ways.map((): number[] => []);
  for (let round = -5; round < rounds; round++) {
    ways.forEach((way, i) => {
      const began = performance.now();
      way();
      if (round >= 0) times[i]?.push(performance.now() - began);
    });
  }
  return times.map((list) => list.sort((a, b) => a - b));
}

function line(name: string, ours: readonly number[], theirs?: readonly number[]): string {
  const at = (sorted: readonly number[], share: number): number =>
    sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const told = (sorted: readonly number[]): string => {
    const [low = '', middle = '', high = ''] = [0.1, 0.5, 0.9].map((share) => at(sorted, share).toFixed(2));
    return `${middle} (${low} to ${high})`.padStart(22);
  };
  const ratio = theirs ? `${told(theirs)}${(at(theirs, 0.5) / at(ours, 0.5)).toFixed(1).padStart(8)}` : '';
  return `${name.padEnd(34)}${told(ours)}${ratio}`;
}

await runScript(import.meta.url, main);
