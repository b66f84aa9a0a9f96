/** A process that holds the character model of the Keras example ready, in this library; see ../worker-process.ts. */
import 'kernel-lib/tensor/node-compat';
import * as tf from '@tensorflow/tfjs-node';
import { readout, type LstmParams } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import { rng } from 'kernel-lib/tensor';
import * as text from 'kernel-lib/text';
import * as train from 'kernel-lib/train';
import { hello } from '../tfjs-hello.ts';
import { serve, type Replies, type Request } from '../worker-process.ts';
import { example } from './example.ts';

const { size, time, batch, hidden, learningRate } = example;
const random = rng(1);
const ids = Int32Array.from({ length: 20_000 }, () => random.integer(size));
const windows = text.windows(ids, { length: time, step: 3 });
const model = text.languageModel({ cell: 'lstm', size });
const drawn = model.init({ hiddenSize: hidden, rng: random });
const variables = <P extends Readonly<Record<string, tf.Tensor>>>(params: P): P =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tf.variable(tensor)])) as unknown as P;
const params = { cell: variables(drawn.cell), readout: variables(drawn.readout) };
const optimizer = train.rmsprop(learningRate, { decay: 0.9, epsilon: 1e-7, form: 'keras' });

function* endless(): Generator<text.IdBatch, never> {
  for (;;) yield* text.batches(windows, { size: batch, rng: random, targets: 'last', dropLast: true });
}
const batches = endless();

function trainOn(loss: (batch: text.IdBatch) => tf.Scalar): void {
  const { value: batch } = batches.next();
  optimizer.minimize(() => loss(batch), true)?.dataSync();
}

const writer = model.writer(params);
let last = 0;
let read = [...ids.subarray(0, time)];

/** What is timed: a step of training, or a character that is drawn. */
const jobs: Readonly<Record<string, () => void>> = {
  'train on ids': () => {
    trainOn((batch) => model.loss(params, batch).loss);
  },
  'train on one-hot': () => {
    trainOn((batch) => {
      const { xs, targets } = text.batchTensors(batch, size);
      const { final } = native.lstm(params.cell as LstmParams, xs);
      return train.crossEntropy(readout.apply(params.readout, final.h), targets);
    });
  },
  'write with the state': () => {
    last = text.sample(writer.step(last) as Float32Array, { temperature: 0.5, rng: random });
  },
  'write by windows': () => {
    const logits = tf.tidy(() => {
      const { logits } = model.apply(params, { batch: 1, time, inputs: Int32Array.from(read) });
      return logits.slice([0, time - 1, 0]).dataSync();
    });
    read = [...read.slice(1), text.sample(logits, { temperature: 0.5, rng: random })];
  },
};

function answer(request: Request): Replies[Request['do']] {
  if (request.do === 'hello') return hello();
  if (request.do !== 'block') return {};
  const job = jobs[request.slot];
  if (!job) throw new Error(`There is no ${request.slot} here.`);
  if (request.warm) job();
  const begin = performance.now();
  for (let k = 0; k < request.repeats; k++) job();
  return { ms: (performance.now() - begin) / request.repeats };
}

await serve(answer);
