import * as tf from '@tensorflow/tfjs-node';
import { readout, rnnWith, type ReadoutParams, type RnnParams } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import * as tasks from 'kernel-lib/tasks';
import { normalTensor, rng, type Rng } from 'kernel-lib/tensor';
import * as train from 'kernel-lib/train';
import type { Experiment, Outcome } from './experiment.ts';
import { trainUntil } from './train-until.ts';

interface Model {
  readonly [part: string]: RnnParams | ReadoutParams;
  readonly rnn: RnnParams;
  readonly readout: ReadoutParams;
}

interface Setting {
  readonly activation: 'tanh' | 'sigmoid';
  readonly clipNorm?: number;
  readonly length: number;
  readonly mostSteps: number;
}

const hidden = 50;
const batch = 20;
const tested = 10_000;

async function trial({ activation, clipNorm, length, mostSteps }: Setting, seed: number): Promise<Outcome> {
  const stream = rng(seed);
  const [weights, data, test] = [stream.fork('weights'), stream.fork('data'), stream.fork('test')];
  // the paper's tanh nets start at N(0, 0.1²), its sigmoid nets at N(0, 0.01²)
  const normal = (from: Rng, shape: readonly [number, number]): tf.Tensor2D =>
    normalTensor(from, shape, activation === 'tanh' ? 0.1 : 0.01);
  const params: Model = {
    rnn: rnnWith(activation).init({
      ...{ inputSize: 6, hiddenSize: hidden, rng: weights },
      initializers: { Wxh: normal, Whh: normal },
    }),
    readout: readout.init({ hiddenSize: hidden, outputSize: 4, rng: weights, initializers: { Why: normal } }),
  };
  const logits = (model: Model, xs: tf.Tensor3D): tf.Tensor2D =>
    readout.apply(model.readout, native.rnn(model.rnn, xs, { activation }).final.h);
  let wrong = NaN;
  const { steps, solved, meanLoss } = await trainUntil({
    ...{ params, optimizer: train.sgd(0.01), mostSteps, every: 500, ...(clipNorm !== undefined && { clipNorm }) },
    draw: () => tasks.temporalOrder({ rng: data, batch, length }),
    loss: (model, { xs, labels }) => train.crossEntropy(logits(model, xs), labels),
    solved: (model, mean, last) => {
      if (mean > 0.1 && !last) return false;
      wrong = wrongOf((xs) => logits(model, xs), test, length);
      return wrong < 0.01 * tested;
    },
  });
  return {
    success: solved,
    figures: { updates: steps, 'wrong of 10,000': wrong, 'mean loss, nats': meanLoss },
  };
}

function wrongOf(logits: (xs: tf.Tensor3D) => tf.Tensor2D, stream: Rng, length: number): number {
  let wrong = 0;
  for (let seen = 0; seen < tested; seen += 1000) {
    wrong += tf.tidy(() => {
      const { xs, labels } = tasks.temporalOrder({ rng: stream, batch: 1000, length });
      return logits(xs).argMax(1).notEqual(labels).sum().dataSync()[0] ?? NaN;
    });
  }
  return wrong;
}

function experiment(setting: Setting, rest: Pick<Experiment, 'published' | 'expected' | 'seeds'>): Experiment {
  const { activation, clipNorm, length, mostSteps } = setting;
  return {
    name: `temporal order 2013, T ${length}, ${activation}, ${clipNorm === undefined ? 'not clipped' : `clipped at ${clipNorm}`}`,
    source: 'Pascanu, Mikolov and Bengio 2013, section 4.1.1 and figure 7 (5 runs each, up to 5,000,000 updates)',
    success: `fewer than 1 % of 10,000 wrong, within ${mostSteps.toLocaleString('en')} updates`,
    differs:
      '50 units, batches of 20, SGD 0.01 and the start of the paper’s “basic” nets; without its regularizer, and with fewer updates. The ' +
      'positions are those of its code.',
    ...rest,
    run: (seed) => trial(setting, seed),
  };
}

export const order2013: readonly Experiment[] = [
  experiment(
    { activation: 'tanh', clipNorm: 1, length: 20, mostSteps: 10_000 },
    {
      published: '5 of 5 solved, one net for T 50 to 200, clipped and regularized',
      ...{ expected: 'all', seeds: { quick: [1, 2], full: [1, 2, 3, 4, 5] } },
    },
  ),
  experiment(
    { activation: 'tanh', length: 20, mostSteps: 10_000 },
    {
      published: '“as the length of the sequence increases, using clipping becomes more important”',
      seeds: { quick: [], full: [1, 2, 3, 4, 5] },
    },
  ),
  experiment(
    { activation: 'sigmoid', clipNorm: 1, length: 20, mostSteps: 4000 },
    { published: '“the most adversarial initialization”', seeds: { quick: [], full: [1, 2, 3] } },
  ),
];
