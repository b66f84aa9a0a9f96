import * as tf from '@tensorflow/tfjs-node';
import { at } from 'kernel-lib/tensor';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { built, expectSame, fit, numbers, outputsOf, pairs, setNumbers } from './pairs';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const mask = tf.keep(tf.tensor2d([1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [3, 6], 'bool'));

describe.each(pairs)('$name computes what tf.layers does', (pair) => {
  it.each([
    {},
    { returnSequences: true },
    { returnState: true },
    { goBackwards: true },
    { goBackwards: true, returnSequences: true, returnState: true },
    { useBias: false, returnSequences: true },
    { activation: 'relu', returnSequences: true },
    { activation: 'linear', returnSequences: true },
    { activation: 'hardSigmoid', returnSequences: true },
    { activation: 'sigmoid' },
  ] as const)('with %j', (options) => {
    const [ours, theirs] = built(pair, { units: 4, ...options });
    const xs = numbers<tf.Rank.R3>([3, 6, 3]);
    expectSame(outputsOf(ours, xs), outputsOf(theirs, xs));
  });

  it.each([
    { returnSequences: true, returnState: true },
    { goBackwards: true, returnSequences: true },
  ])('under a mask, with %j', (options) => {
    const [ours, theirs] = built(pair, { units: 4, ...options });
    const xs = numbers<tf.Rank.R3>([3, 6, 3]);
    expectSame(outputsOf(ours, xs, { mask }), outputsOf(theirs, xs, { mask }));
  });

  it('from a state that is given', () => {
    const [ours, theirs] = built(pair, { units: 4, returnState: true });
    const xs = numbers<tf.Rank.R3>([3, 6, 3]);
    const initialState = Array.from({ length: pair.parts }, (_, k) => numbers<tf.Rank.R2>([3, 4], 1, k + 5));
    const got = outputsOf(ours, xs, { initialState });
    expectSame(got, outputsOf(theirs, xs, { initialState }));
    expectSame(outputsOf(ours, [xs, ...initialState]), got, 1e-7);
    const other = outputsOf(ours, xs);
    expect(() => {
      expectSame(got, other);
    }).toThrow();
  });

  it('in a training step of a model with a mask and two layers', async () => {
    const models = [pair.ours, pair.theirs].map((layer) => {
      const model = tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true, inputLength: 6 }),
          layer({ units: 4, returnSequences: true }),
          layer({ units: 5, goBackwards: true }),
          tf.layers.dense({ units: 2 }),
        ],
      });
      setNumbers(model);
      model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(1) });
      return model;
    }) as [tf.Sequential, tf.Sequential];
    const tokens = tf.tensor2d([1, 2, 0, 4, 0, 0, 6, 5, 4, 3, 2, 1, 1, 1, 0, 0, 0, 0], [3, 6]);
    const [ours, theirs] = models;
    const before = ours.getWeights().map((weight) => weight.clone());
    for (const model of models) await fit(model, tokens, numbers([3, 2]));
    expectSame(ours.getWeights(), theirs.getWeights());
    ours.getWeights().forEach((weight, k) => {
      expect(tf.notEqual(weight, at(before, k)).any().dataSync()[0]).toBe(1);
    });
  });
});
