import * as tf from '@tensorflow/tfjs-node';
import {
  irnn,
  lengthsMask,
  lstm,
  readout,
  rnn,
  type LstmParams,
  type ReadoutParams,
  type RnnParams,
} from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import * as tasks from 'kernel-lib/tasks';
import { rng } from 'kernel-lib/tensor';
import * as train from 'kernel-lib/train';
import type { Experiment, Outcome } from './experiment.ts';
import { trainUntil } from './train-until.ts';

type CellName = 'IRNN' | 'tanh RNN' | 'LSTM';

interface Model {
  readonly [part: string]: RnnParams | LstmParams | ReadoutParams;
  readonly cell: RnnParams | LstmParams;
  readonly readout: ReadoutParams;
}

interface Net {
  readonly cell: CellName;
  readonly hidden: number;
  readonly learningRate: number;
  /** What the gates of an LSTM start at: bf at 1 and bi at 0 unless given. */
  readonly biases?: { readonly bf: number; readonly bi: number };
}

function draw({ cell, hidden: hiddenSize, biases = { bf: 1, bi: 0 } }: Net, seed: number): Model {
  const weights = rng(seed).fork('weights');
  const options = { inputSize: 2, hiddenSize, rng: weights };
  const params = { IRNN: irnn, 'tanh RNN': rnn, LSTM: lstm }[cell].init(options);
  return {
    cell: 'bf' in params ? withBiases(params, biases) : params,
    readout: readout.init({ hiddenSize, outputSize: 1, rng: weights }),
  };
}

function withBiases(params: LstmParams, { bf, bi }: Required<Net>['biases']): LstmParams {
  tf.dispose([params.bf, params.bi]);
  return { ...params, bf: tf.fill(params.bf.shape, bf), bi: tf.fill(params.bi.shape, bi) };
}

/** What a net says after each sequence [batch, 1]. */
function answers(name: CellName, model: Model, xs: tf.Tensor3D, mask?: tf.Tensor2D): tf.Tensor2D {
  const options = mask ? { mask } : {};
  const { final } =
    name === 'LSTM'
      ? native.lstm(model.cell as LstmParams, xs, options)
      : native.rnn(model.cell as RnnParams, xs, { ...options, activation: name === 'IRNN' ? 'relu' : 'tanh' });
  return readout.apply(model.readout, final.h);
}

/** The task of 2015: solved when the mean squared error of 2,000 other sequences is less than 0.01. */
async function trial(net: Net, length: number, mostSteps: number, seed: number): Promise<Outcome> {
  const [data, test] = [rng(seed).fork('data'), rng(seed).fork('test')];
  const error = (model: Model, { xs, targets }: tasks.AddingProblem): tf.Scalar =>
    tf.losses.meanSquaredError(targets, answers(net.cell, model, xs));
  let tested = NaN;
  const { steps, solved } = await trainUntil<Model, tasks.AddingProblem>({
    ...{ params: draw(net, seed), optimizer: train.adam(net.learningRate), clipNorm: 1, mostSteps, every: 250 },
    draw: () => tasks.addingProblem({ rng: data, batch: 16, length }),
    loss: error,
    solved: (model) => {
      tested = tf.tidy(
        () => error(model, tasks.addingProblem({ rng: test, batch: 2000, length })).dataSync()[0] ?? NaN,
      );
      return tested < 0.01;
    },
  });
  return { success: solved, figures: { steps, sequences: 16 * steps, 'test MSE': tested } };
}

/** The task of 1997, T 100: solved when at most 3 of 2,560 other sequences are wrong, as the paper's nets never had more. */
async function trial1997(net: Net, mostSteps: number, seed: number): Promise<Outcome> {
  const [data, test] = [rng(seed).fork('data'), rng(seed).fork('test')];
  const say = (model: Model, { xs, lengths }: tasks.AddingProblem1997): tf.Tensor2D =>
    answers(net.cell, model, xs, lengthsMask(lengths, xs.shape[1]));
  let wrong = NaN;
  const { steps, solved } = await trainUntil<Model, tasks.AddingProblem1997>({
    ...{ params: draw(net, seed), optimizer: train.adam(net.learningRate), clipNorm: 1, mostSteps, every: 250 },
    draw: () => tasks.addingProblem1997({ rng: data, batch: 16, length: 100 }),
    loss: (model, batch) => tf.losses.meanSquaredError(batch.targets, say(model, batch)),
    solved: (model) => {
      wrong = tf.tidy(() => {
        const drawn = tasks.addingProblem1997({ rng: test, batch: 2560, length: 100 });
        return say(model, drawn).sub(drawn.targets).abs().greaterEqual(0.04).sum().dataSync()[0] ?? NaN;
      });
      return wrong <= 3;
    },
  });
  return { success: solved, figures: { sequences: 16 * steps, 'wrong of 2,560': wrong } };
}

const source2015 =
  'Le, Jaitly and Hinton 2015, A simple way to initialize recurrent networks of rectified linear units, section 4.1 and figure 2';

function experiment2015(
  net: Net,
  mostSteps: number,
  rest: Pick<Experiment, 'published' | 'expected' | 'seeds'> & { readonly length: number },
): Experiment {
  const { length, ...told } = rest;
  return {
    name: `adding problem 2015, T ${length}, ${net.cell}`,
    source: source2015,
    success: `mean squared error of 2,000 others below 0.01, within ${mostSteps.toLocaleString('en')} updates of 16`,
    differs:
      `Adam ${net.learningRate} and clipping at norm 1, fresh sequences and ${net.hidden} units, where the paper has SGD, rates and ` +
      'thresholds from a search, 100,000 sequences, 100 units and many more updates.',
    ...told,
    run: (seed) => trial(net, length, mostSteps, seed),
  };
}

const irnnNet: Net = { cell: 'IRNN', hidden: 100, learningRate: 0.001 };
const tanhNet: Net = { cell: 'tanh RNN', hidden: 100, learningRate: 0.001 };
const lstmNet: Net = { cell: 'LSTM', hidden: 32, learningRate: 0.01 };
const three = { quick: [], full: [1, 2, 3] };

const solves = { published: 'solved (figure 2, T 150)', expected: 'all' } as const;
const fails = { published: 'not solved (figure 2, T 150)', expected: 'none' } as const;

export const adding2015: readonly Experiment[] = [
  experiment2015(lstmNet, 6000, { length: 50, ...solves, seeds: { quick: [1], full: [1, 2, 3] } }),
  experiment2015(irnnNet, 6000, { length: 50, ...solves, seeds: { quick: [], full: [1, 2, 3, 4, 5] } }),
  experiment2015(tanhNet, 6000, { length: 50, ...fails, seeds: three }),
  experiment2015(lstmNet, 10_000, { length: 150, ...solves, seeds: three }),
  experiment2015(irnnNet, 10_000, { length: 150, ...solves, seeds: { quick: [], full: [1, 2] } }),
  experiment2015(tanhNet, 10_000, { length: 150, ...fails, seeds: { quick: [], full: [1, 2] } }),
];

/**
 * The task of 1997 for nets of today. Its two values are at least T/2 steps from the end: what a forget gate of σ(1) = 0.73 lets
 * through of them is 0.73^50, one part in six million, to begin with; and an input gate that begins half open adds something to the
 * memory at each of the steps between. The nets of 1997 have no forget gate, and begin with the input gates at −3 and −6.
 */
export const addingToday: readonly Experiment[] = [
  { bf: 5, bi: -3, expected: 'all', seeds: { quick: [1], full: [1, 2, 3, 4, 5] } } as const,
  { bf: 1, bi: 0, seeds: three },
].map(({ bf, bi, ...told }) => ({
  name: `adding problem 1997, T 100, LSTM of today, biases f ${bf}, i ${bi}`,
  source: 'nothing published: a comparison with the LSTM of 1997',
  published: 'the LSTM of 1997: 74,000 sequences',
  success: 'at most 3 of 2,560 wrong, within 72,000 sequences',
  differs: '32 units, the whole gradient, Adam 0.01, clipping at norm 1, batches of 16.',
  ...told,
  run: (seed) => trial1997({ cell: 'LSTM', hidden: 32, learningRate: 0.01, biases: { bf, bi } }, 4500, seed),
}));
