/** A process that holds the IMDB model of the Keras example ready, in this library; see ../worker-process.ts. */
import 'kernel-lib/tensor/node-compat';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import * as classify from 'kernel-lib/classify';
import { rng } from 'kernel-lib/tensor';
import * as train from 'kernel-lib/train';
import { hello } from '../tfjs-hello.ts';
import { serve, type Replies, type Request } from '../worker-process.ts';

const [, , folder = '.', seed = '1'] = process.argv;
const [time, size] = [80, 32];

function read(half: 'train' | 'test'): classify.LabelledRows {
  const bytes = readFileSync(path.join(folder, `${half}.ids`));
  const labels = new Uint8Array(readFileSync(path.join(folder, `${half}.labels`)));
  const inputs = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { batch: labels.length, time, inputs, labels };
}

let learnt = read('train');
const model = classify.classifier({ reader: 'lstm', dropout: 0.2, recurrentDropout: 0.2 });
const drawn = model.init({ vocabularySize: 20_000, embeddingSize: 128, hiddenSize: 128, rng: rng(Number(seed)) });
const params = Object.fromEntries(
  Object.entries(drawn).map(([layer, tensors]) => [
    layer,
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.variable(tensor)])),
  ]),
) as unknown as classify.ClassifierParams;
const optimizer = train.adam(0.001, { epsilon: 1e-7, form: 'keras' });
const draws = rng(1 + Number(seed));
/** Steps of all epochs, and from the beginning of this one. */
let [taken, ofThisOne] = [0, 0];

/** The next batch of the epoch: gradient by gradient as Keras's `fit` does it, the loss read back after each step. */
function step(): void {
  const from = (ofThisOne * size) % learnt.batch;
  const rows = Array.from({ length: Math.min(size, learnt.batch - from) }, (_, b) => from + b);
  const batch = classify.pick(learnt, rows);
  optimizer.minimize(() => model.loss(params, batch, draws.fork(taken)), true)?.dataSync();
  taken += 1;
  ofThisOne += 1;
}

/** A whole epoch on the batches that lie in the folder now. */
function epoch(): void {
  learnt = read('train');
  ofThisOne = 0;
  while (ofThisOne * size < learnt.batch) step();
}

function answer(request: Request): Replies[Request['do']] {
  if (request.do === 'hello') return hello();
  if (request.do !== 'block') return {};
  if (request.slot === 'judge') {
    const begin = performance.now();
    const { accuracy, loss } = model.evaluate(params, read('test'));
    return { ms: performance.now() - begin, accuracy, loss } as Replies['block'];
  }
  if (request.slot === 'epoch') {
    const begin = performance.now();
    epoch();
    return { ms: performance.now() - begin };
  }
  const begin = performance.now();
  for (let k = 0; k < request.repeats; k++) step();
  return { ms: (performance.now() - begin) / request.repeats };
}

await serve(answer);
