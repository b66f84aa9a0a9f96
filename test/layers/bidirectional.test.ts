import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { throughFile } from './files';
import { expectSame, fit, listOf, numbers, outputsOf, pairs, setNumbers, type Pair } from './pairs';

const xs = tf.keep(numbers<tf.Rank.R3>([3, 5, 2]));
const mask = tf.keep(tf.tensor2d([1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0], [3, 5]));
const mergeModes = ['concat', 'sum', 'mul', 'ave', null] as const;
const input = tf.input({ shape: [null, 2] });

/** Ours and that of tf.layers, on the same weights. */
function both(
  { ours, theirs }: Pair,
  args: object,
  mergeMode: layers.MergeMode,
): [layers.Bidirectional, tf.layers.Layer] {
  const inner = { units: 3, ...args };
  const pair: [layers.Bidirectional, tf.layers.Layer] = [
    layers.bidirectional({ layer: ours(inner), mergeMode }),
    tf.layers.bidirectional({ layer: theirs(inner) as never, mergeMode: mergeMode as 'concat' }),
  ];
  for (const layer of pair) {
    layer.apply(input);
    setNumbers(layer);
  }
  return pair;
}

describe.each(pairs)('bidirectional, $name, computes what tf.layers does', (pair) => {
  it.each(mergeModes)('with mergeMode %s', (mergeMode) => {
    for (const returnSequences of [false, true]) {
      const [ours, theirs] = both(pair, { returnSequences }, mergeMode);
      expectSame(outputsOf(ours, xs), outputsOf(theirs, xs));
      expect(ours.computeOutputShape([3, 5, 2])).toEqual(theirs.computeOutputShape([3, 5, 2]));
    }
  });

  it.each(mergeModes)('with every state, a mask and an initial state, and mergeMode %s', (mergeMode) => {
    const [ours, theirs] = both(pair, { returnState: true, returnSequences: true }, mergeMode);
    const initialState = Array.from({ length: 2 * pair.parts }, (_, k) => numbers([3, 3], 1, k + 4));
    const got = outputsOf(ours, xs, { mask, initialState });
    expectSame(got, outputsOf(theirs, xs, { mask, initialState }));
    expect(ours.computeOutputShape([3, 5, 2])).toEqual(got.map(({ shape }) => shape));
    expect(listOf(ours.computeMask(xs, mask)).length).toBe(got.length);
  });

  it('where the first of the two is the one that reads backward', () => {
    const [ours, theirs] = both(pair, { returnSequences: true, goBackwards: true }, 'concat');
    expectSame(outputsOf(ours, xs), outputsOf(theirs, xs));
  });

  it('in a training step, stacked, under a mask', async () => {
    const models = [layers.bidirectional, tf.layers.bidirectional].map((make, k) => {
      const inner = k === 0 ? pair.ours : pair.theirs;
      const around = make as (args: object) => tf.layers.Layer;
      const model = tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true, inputLength: 5 }),
          around({ layer: inner({ units: 3, returnSequences: true }) }),
          around({ layer: inner({ units: 2 }), mergeMode: 'sum' }),
        ],
      });
      setNumbers(model);
      model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(1) });
      return model;
    }) as [tf.Sequential, tf.Sequential];
    const tokens = tf.tensor2d([1, 2, 0, 3, 0, 0, 1, 2, 3, 1, 0, 0, 0, 0, 0], [3, 5]);
    for (const model of models) await fit(model, tokens, numbers([3, 2]), 2);
    expectSame(models[0].getWeights(), models[1].getWeights());
  });
});

describe('bidirectional', () => {
  it('has the weights of the forward layer, then those of the backward layer, under names of their own', () => {
    const layer = layers.bidirectional({ layer: layers.gru({ units: 2, name: 'g' }), name: 'b' });
    layer.apply(input);
    const names = ['kernel', 'recurrent_kernel', 'bias'];
    expect(layer.weights.map(({ originalName }) => originalName)).toEqual(
      ['forward_g', 'backward_g'].flatMap((direction) => names.map((name) => `b/${direction}/${name}`)),
    );
    expect(layer.countParams()).toBe(2 * (2 * 6 + 2 * 6 + 2 * 6));
    const [forward, backward] = [at(layer.getWeights(), 0), at(layer.getWeights(), 3)].map((each) => [
      ...each.dataSync(),
    ]);
    expect(forward).not.toEqual(backward);
  });

  it('draws both directions from one seed, and not alike', () => {
    const drawn = (): number[][] => {
      const layer = layers.bidirectional({ layer: layers.simpleRNN({ units: 2, seed: 4 }) });
      layer.apply(input);
      return layer.getWeights().map((weight) => [...weight.dataSync()]);
    };
    expect(drawn()).toEqual(drawn());
    expect(drawn()[0]).not.toEqual(drawn()[3]);
  });

  it('reads backward with another layer where it is given one, and comes back from a file', async () => {
    const args = { returnSequences: true } as const;
    const layer = layers.bidirectional({
      layer: layers.lstm({ units: 2, ...args }),
      backwardLayer: layers.gru({ units: 4, goBackwards: true, ...args }),
      inputShape: [null, 2],
    });
    const model = tf.sequential({ layers: [layer] });
    setNumbers(model);
    const output = model.predict(xs) as tf.Tensor3D;
    expect(output.shape).toEqual([3, 5, 6]);
    const alone = layers.gru({ units: 4, returnSequences: true });
    alone.apply(input);
    alone.setWeights(layer.backwardLayer.getWeights());
    expectSame([output.slice([0, 0, 2])], [outputsOf(alone, xs.reverse(1)).map((each) => each.reverse(1))].flat());
    expectSame([(await throughFile(model)).predict(xs) as tf.Tensor], [output]);
  });

  it('adds the penalties of both directions, on weights and on what they give, to the loss', async () => {
    const losses = [{}, { kernelRegularizer: 'l1l2', activityRegularizer: 'l1l2' } as const].map(async (args) => {
      const layer = layers.bidirectional({
        layer: layers.simpleRNN({ units: 2, ...args }),
        inputShape: [null, 2],
        mergeMode: 'sum',
      });
      const model = tf.sequential({ layers: [layer] });
      setNumbers(model);
      model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
      const [forward, backward] = [layer.forwardLayer, layer.backwardLayer].map((each) => each.apply(xs) as tf.Tensor);
      const given = [
        at(layer.getWeights(), 0),
        at(layer.getWeights(), 3),
        at([forward], 0),
        at([backward], 0),
      ] as tf.Tensor[];
      const penalties = given.map((each) => each.abs().add(each.square()).sum().mul(0.01));
      return {
        loss: (await model.trainOnBatch(xs, numbers([3, 2]))) as number,
        penalty: tf.addN(penalties).dataSync()[0] ?? NaN,
      };
    });
    const [without, regularized] = (await Promise.all(losses)) as [{ loss: number }, { loss: number; penalty: number }];
    expect(regularized.loss).toBeCloseTo(without.loss + regularized.penalty, 5);
    expect(regularized.penalty).toBeGreaterThan(0.01);
  });

  it('draws nothing where weights are to be loaded', () => {
    const layer = layers.bidirectional({ layer: layers.simpleRNN({ units: 2 }) });
    layer.setFastWeightInitDuringBuild(true);
    layer.apply(input);
    for (const weight of layer.getWeights()) expect(weight.abs().max().dataSync()[0]).toBe(0);
  });

  it('freezes and thaws both directions', () => {
    const layer = layers.bidirectional({ layer: layers.gru({ units: 2 }), trainable: false });
    layer.apply(input);
    expect([layer.trainableWeights.length, layer.nonTrainableWeights.length]).toEqual([0, 6]);
    layer.trainable = true;
    expect([layer.trainableWeights.length, layer.nonTrainableWeights.length]).toEqual([6, 0]);
  });
});
