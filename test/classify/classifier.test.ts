import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, readout, type GruParams, type LstmParams, type Params } from 'kernel-lib/cells';
import * as classify from 'kernel-lib/classify';
import { deepBidirectional, unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor/rng';
import * as train from 'kernel-lib/train';
import { describe, expect, it } from 'vitest';

const names = ['lstm', 'gru', 'bidirectional', 'mean'] as const;
const sizes = { vocabularySize: 9, embeddingSize: 4, hiddenSize: 3 };
const rows = {
  batch: 3,
  time: 5,
  inputs: Int32Array.of(0, 0, 1, 5, 8, 1, 2, 3, 4, 5, 0, 1, 7, 7, 2),
  labels: [1, 0, 1],
};
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => a.sub(b).abs().max().dataSync()[0] ?? NaN);
const count = (params: classify.ClassifierParams): number =>
  Object.values<Params>(params).reduce(
    (sum, layer) => sum + Object.values(layer).reduce((n, { size }) => n + size, 0),
    0,
  );

/** Parameters of a size that shows, biases too. */
function drawn(reader: classify.ReaderName): { model: classify.Classifier; params: classify.ClassifierParams } {
  const model = classify.classifier({ reader });
  const entries = Object.entries<Params>(model.init({ ...sizes, rng: rng(1) }));
  const params = entries.map(([layer, tensors], k) => [
    layer,
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }], i) => [name, tf.randomNormal(shape, 0, 0.7, 'float32', 10 * k + i + 1)])),
  ]); // prettier-ignore
  return { model, params: Object.fromEntries(params) as classify.ClassifierParams };
}

const embedded = ({ embedding: { E } }: classify.ClassifierParams): tf.Tensor3D =>
  tf.gather<tf.Tensor>(E, tf.tensor2d(rows.inputs, [3, 5], 'int32')) as tf.Tensor3D;

/** The last vector of each reader by the equations. */
const byEquations: Record<classify.ReaderName, (p: classify.ClassifierParams, xs: tf.Tensor3D) => tf.Tensor2D> = {
  lstm: (p, xs) => unroll(lstm, p.lstm as LstmParams, xs).final.h,
  gru: (p, xs) => unroll(gru, p.gru as GruParams, xs).final.h,
  bidirectional: (p, xs) => {
    const layer = (n: number) => ({
      forward: p[`forward${n}`] as LstmParams,
      backward: p[`backward${n}`] as LstmParams,
    });
    const top = deepBidirectional(lstm, [layer(1), layer(2)], xs).layers[1];
    return tf.concat([top?.forward.final.h, top?.backward.final.h] as tf.Tensor2D[], 1);
  },
  mean: (_, xs) => {
    const counted = [[2, 3, 4], [0, 1, 2, 3, 4], [1, 2, 3, 4]]; // prettier-ignore
    return tf.stack(
      counted.map((places, b) => tf.gather(xs.slice([b], [1]).squeeze<tf.Tensor2D>([0]), places).mean(0)),
    ) as tf.Tensor2D;
  },
};

describe.each(names)('a classifier that reads with %s', (reader) => {
  const { model, params } = drawn(reader);

  it('computes its equations', () => {
    const h = byEquations[reader](params, embedded(params));
    expect(distance(model.scores(params, rows), readout.apply(params.readout, h).squeeze([1]))).toBeLessThan(1e-5);
  });

  it('says how far each word carries the score: gradient times input', () => {
    const xs = embedded(params);
    const score = (x: tf.Tensor): tf.Tensor =>
      readout.apply(params.readout, byEquations[reader](params, x as tf.Tensor3D)).sum();
    const expected = tf.grad(score)(xs).mul(xs).sum(2);
    const before = tf.memory().numTensors;
    const influence = model.influence(params, rows);
    expect(tf.memory().numTensors).toBe(before);
    expect(distance(tf.tensor2d(influence, [3, 5]), expected)).toBeLessThan(1e-5);
  });

  it('tells loss, share of right answers and probabilities of many texts as of one', () => {
    const many = { batch: 1203, time: 5, inputs: new Int32Array(1203 * 5).map((_, i) => rows.inputs[i % 15] ?? 0) };
    const labels = Array.from({ length: 1203 }, (_, i) => rows.labels[i % 3] ?? NaN);
    const before = tf.memory().numTensors;
    const { loss, accuracy, probabilities } = model.evaluate(params, { ...many, labels });
    expect(tf.memory().numTensors).toBe(before);
    const three = tf.sigmoid(model.scores(params, rows)).dataSync();
    probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(three[i % 3] ?? NaN, 5);
    });
    expect(loss).toBeCloseTo(model.loss(params, rows).dataSync()[0] ?? NaN, 5);
    expect(accuracy).toBeCloseTo([...three].filter((p, i) => p > 0.5 === (rows.labels[i] === 1)).length / 3, 6);
  });

  it('learns which word means yes, and a step leaves nothing behind', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => [1, 3 + (i >> 1), i % 2 === 0 ? 7 : 8, 2]);
    const labels = texts.map(([, , word]) => (word === 7 ? 1 : 0));
    const task = { batch: 8, time: 4, inputs: Int32Array.from(texts.flat()), labels };
    const start = model.init({ ...sizes, rng: rng(2) });
    const tensors: number[] = [];
    const run = await train.fit({
      ...{ params: start, loss: model.loss, batches: () => ['all'].map(() => task), steps: 60, progress: false },
      ...{ optimizer: train.adam(0.05), onStep: () => tensors.push(tf.memory().numTensors) },
    });
    expect(model.evaluate(run.params, task).accuracy).toBe(1);
    expect(new Set(tensors.slice(1)).size).toBe(1);
  });
});

describe('as Keras', () => {
  const big = { vocabularySize: 20_000, embeddingSize: 128 };

  it('has as many parameters as its examples', () => {
    const plain = classify.classifier({ reader: 'lstm' }).init({ ...big, hiddenSize: 128, rng: rng(1) });
    expect(count(plain)).toBe(2_691_713); // model.summary() of imdb_lstm
    const both = classify.classifier({ reader: 'bidirectional' }).init({ ...big, hiddenSize: 64, rng: rng(1) });
    expect(count(both)).toBe(2_757_761); // model.summary() of bidirectional_lstm_imdb
  });

  it('draws all gates as one matrix: Glorot, orthogonal rows, and forget gates that begin open', () => {
    const { lstm: p } = classify.classifier({ reader: 'lstm' }).init({ ...big, hiddenSize: 128, rng: rng(1) }) as unknown as Record<'lstm', LstmParams>; // prettier-ignore
    const Wh = tf.concat([p.Whi, p.Whf, p.Whg, p.Who], 1);
    expect(distance(Wh.matMul(Wh, false, true), tf.eye(128))).toBeLessThan(1e-5);
    const most = tf.concat([p.Wxi, p.Wxf, p.Wxg, p.Wxo], 1).abs().max().dataSync()[0] ?? NaN;
    const bound = Math.sqrt(6 / (128 + 512));
    expect(most).toBeLessThanOrEqual(bound);
    expect(most).toBeGreaterThan(0.999 * bound);
    expect([p.bi, p.bf, p.bg, p.bo].map((b) => b.sum().dataSync()[0])).toEqual([0, 128, 0, 0]);
  });
});

describe('dropout', () => {
  const scores = (options: object, seed?: number): number[] => {
    const { params } = drawn('lstm');
    const model = classify.classifier({ reader: 'lstm', ...options });
    return [...model.scores(params, rows, seed === undefined ? undefined : rng(seed)).dataSync()];
  };

  it('drops while there is a generator, by its seed alone', () => {
    const both = { dropout: 0.5, recurrentDropout: 0.5 };
    expect(scores(both)).toEqual(scores({}));
    expect(scores({}, 1)).toEqual(scores({}));
    expect(scores(both, 1)).toEqual(scores(both, 1));
    expect(scores(both, 1)).not.toEqual(scores(both, 2));
    expect(scores({ dropout: 0.5 }, 1)).not.toEqual(scores({}));
    expect(scores({ recurrentDropout: 0.5 }, 1)).not.toEqual(scores({}));
  });

  it('drops the same numbers of x at every step', () => {
    const { params } = drawn('mean');
    // E of ones and a reader that only adds up: with a mask that changes along time, no score would be one of five
    const E = tf.ones<tf.Rank.R2>([9, 4]);
    const model = classify.classifier({ reader: 'lstm', dropout: 0.5 });
    const cell = { ...classify.classifier({ reader: 'lstm' }).init({ ...sizes, rng: rng(1) }).lstm } as Params;
    const same = Object.fromEntries(Object.entries(cell).map(([name, { shape }]) => [name, tf.fill(shape, 0.1)]));
    const wide = { embedding: { E }, lstm: same, readout: { Why: tf.ones<tf.Rank.R2>([3, 1]), by: params.readout.by } };
    const many = { batch: 400, time: 5, inputs: new Int32Array(2000).fill(3) };
    const seen = new Set([...model.scores(wide, many, rng(3)).dataSync()].map((score) => score.toFixed(5)));
    expect(seen.size).toBe(5); // 0 to 4 of the four numbers left
    // with recurrent dropout beside it, each of the four gates leaves out numbers of its own
    const each = classify.classifier({ reader: 'lstm', dropout: 0.5, recurrentDropout: 1e-9 });
    expect(
      new Set([...each.scores(wide, many, rng(3)).dataSync()].map((score) => score.toFixed(5))).size,
    ).toBeGreaterThan(100);
  });

  it('spares what a GRU carries on, over any number of steps', () => {
    const model = classify.classifier({ reader: 'gru', dropout: 0.5, recurrentDropout: 0.5 });
    const params = model.init({ ...sizes, rng: rng(1) });
    const keeping = { ...params, gru: { ...params.gru, bz: tf.fill<tf.Rank.R1>([3], 6) } };
    const long = { batch: 2, time: 300, inputs: new Int32Array(600).fill(3) };
    const before = tf.memory().numTensors;
    const scores = model.scores(keeping, long, rng(2));
    expect(tf.memory().numTensors).toBe(before + 1);
    // h is a mean of candidates between -1 and 1
    const bound = params.readout.Why.abs().sum().dataSync()[0] ?? NaN;
    for (const score of scores.dataSync()) expect(Math.abs(score)).toBeLessThan(bound);
  });
});

describe('what it refuses', () => {
  const { model, params } = drawn('lstm');
  it.each([
    ['a reader that is none', () => classify.classifier({ reader: 'lstn' as 'lstm' }), /reader: got 'lstn', expected lstm, gru/],
    ['a rate of 1', () => classify.classifier({ reader: 'gru', dropout: 1 }), /^dropout: got 1, expected a number from 0/],
    ['a rate below 0', () => classify.classifier({ reader: 'lstm', recurrentDropout: -0.1 }), /^recurrentDropout: got -0.1/],
    ['rows of another length', () => model.scores(params, { ...rows, time: 4 }), /rows: got 15 ids for batch 3 and time 4, expected 12/],
    ['an id that has no row', () => model.scores(params, { batch: 1, time: 1, inputs: Int32Array.of(9) }), /ids\[0\]\[0\] is 9; expected an integer from 0 to 8/],
    ['too few labels', () => model.loss(params, { ...rows, labels: [1] }), /labels: got 1, expected 3/],
    ['too many labels', () => model.evaluate(params, { ...rows, labels: [1, 0, 1, 1] }), /labels: got 4, expected 3/],
    ['an empty batch size', () => classify.batches(rows, { size: 0, rng: rng(1) }), /batches: size is 0/],
    ['batches with too few labels', () => classify.batches({ ...rows, labels: [1] }, { size: 1, rng: rng(1) }), /got 1 labels for 3 texts/],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(sentence);
  }); // prettier-ignore
});

it('makes rows of texts as padSequences does', () => {
  const made = classify.rows([[1, 2, 3], [4]], [1, 0], { maxlen: 2, truncating: 'post', value: 9 });
  expect(made).toEqual({ batch: 2, time: 2, inputs: Int32Array.of(1, 2, 9, 4), labels: [1, 0] });
  expect(() => classify.rows([[1], [2]], [1])).toThrow(/rows: got 1 labels for 2 texts; expected one each/);
});

it('tells loss and share of right answers of probabilities, and of a sure and wrong one no infinity', () => {
  const { loss, accuracy } = classify.score([0.9, 0.2, 0.4], [1, 0, 1]);
  expect(loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.4)) / 3, 12);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
  expect(classify.score([0, 1], [1, 0])).toEqual({ loss: -Math.log(1e-7), accuracy: 0 });
});

it('makes batches of every text once, in another order each time, each with its label', () => {
  const texts = { batch: 10, time: 2, inputs: Int32Array.from({ length: 20 }, (_, i) => i), labels: Array.from({ length: 10 }, (_, i) => i) }; // prettier-ignore
  const all = [...classify.batches(texts, { size: 4, rng: rng(1) })];
  expect(all.map(({ batch }) => batch)).toEqual([4, 4, 2]);
  const order = all.flatMap(({ labels }) => Array.from(labels));
  expect([...order].sort((a, b) => a - b)).toEqual(texts.labels);
  expect(order).not.toEqual(texts.labels);
  expect(all.flatMap(({ inputs }) => [...inputs])).toEqual(order.flatMap((label) => [2 * label, 2 * label + 1]));
  expect(order).not.toEqual([...classify.batches(texts, { size: 10, rng: rng(2) })].flatMap(({ labels }) => Array.from(labels)));
}); // prettier-ignore
