import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { expectSame, fit, numbers, setNumbers } from './pairs';

type Args = Partial<layers.RecurrentArgs>;
const makes = { simpleRNN: layers.simpleRNN, gru: layers.gru, lstm: layers.lstm };
const [xs, ys] = [numbers<tf.Rank.R3>([4, 5, 3]), numbers<tf.Rank.R2>([4, 2])];

function modelOf(layer: tf.layers.Layer, learningRate = 0.5): tf.Sequential {
  const model = tf.sequential({ layers: [layer] });
  setNumbers(model);
  model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(learningRate) });
  return model;
}

/** The loss of one step, and the weights after it. */
async function step(layer: tf.layers.Layer): Promise<{ loss: number; before: tf.Tensor[]; after: tf.Tensor[] }> {
  const model = modelOf(layer);
  const before = model.getWeights().map((weight) => weight.clone());
  const loss = (await model.trainOnBatch(xs, ys)) as number;
  return { loss, before, after: model.getWeights() };
}

describe.each(Object.entries(makes))('%s', (_name, make) => {
  const layer = (args: Args = {}): tf.layers.Layer => make({ units: 2, inputShape: [5, 3], ...args });

  it.each([
    [0, { kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) }],
    [1, { recurrentRegularizer: tf.regularizers.l2({ l2: 0.5 }) }],
    [2, { biasRegularizer: tf.regularizers.l2({ l2: 0.5 }) }],
  ])('adds the penalty on weight %i to the loss, and its gradient to that weight', async (k, args) => {
    const [without, regularized] = [await step(layer()), await step(layer(args))];
    const weight = at(without.before, k);
    expect(regularized.loss).toBeCloseTo(without.loss + 0.5 * (weight.square().sum().dataSync()[0] ?? NaN), 5);
    // d(½ W²) = W, times the learning rate
    const expected = without.after.map((after, j) => (j === k ? after.sub(weight.mul(0.5)) : after));
    expectSame(regularized.after, expected);
  });

  it('adds the penalty on all that it gives to the loss, and its gradient to the weights', async () => {
    const regularized = layer({ activityRegularizer: tf.regularizers.l2({ l2: 0.5 }), returnState: true });
    const input = tf.input({ shape: [5, 3] });
    const [output] = regularized.apply(input) as [tf.SymbolicTensor];
    const model = tf.model({ inputs: input, outputs: output });
    setNumbers(model);
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.5) });

    const plain = layer({ returnState: true });
    plain.apply(input);
    setNumbers(plain);
    const weights = plain.getWeights() as unknown as tf.Variable[];
    const { value, grads } = tf.variableGrads(() => {
      const given = plain.apply(xs) as [tf.Tensor, ...tf.Tensor[]];
      const penalties = given.map((each) => each.square().sum().mul(0.5));
      return tf.addN([given[0].sub(ys).square().mean(), ...penalties]).asScalar();
    }, weights);

    const loss = await model.trainOnBatch(xs, ys);
    expect(loss).toBeCloseTo(value.dataSync()[0] ?? NaN, 5);
    expectSame(model.getWeights(), weights.map((weight) => weight.sub(tf.mul(0.5, grads[weight.name] ?? NaN)))); // prettier-ignore
  });

  it('adds the penalty on what it gives once for each time that it is asked, where it stands in two places', async () => {
    const shared = layer({ activityRegularizer: tf.regularizers.l1({ l1: 1 }) });
    const inputs = [tf.input({ shape: [5, 3] }), tf.input({ shape: [5, 3] })];
    const outputs = inputs.map((symbol) => shared.apply(symbol) as tf.SymbolicTensor);
    const model = tf.model({ inputs, outputs: tf.layers.add().apply(outputs) as tf.SymbolicTensor });
    setNumbers(model);
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
    const batches = [xs, numbers<tf.Rank.R3>([4, 5, 3], 1, 2)];
    const [first, second] = batches.map((batch) => shared.apply(batch)) as [tf.Tensor, tf.Tensor];
    const penalty = first.abs().sum().add(second.abs().sum());
    const expected = first.add(second).sub(ys).square().mean().add(penalty);
    for (let k = 0; k < 2; k++) {
      expect(await model.trainOnBatch(batches, ys)).toBeCloseTo(expected.dataSync()[0] ?? NaN, 4);
    }
  });

  it.each([
    [0, { kernelConstraint: 'nonNeg' }],
    [1, { recurrentConstraint: 'nonNeg' }],
    [2, { biasConstraint: 'nonNeg' }],
  ] as const)('holds weight %i to its constraint after every update, and no other', async (k, args) => {
    const model = modelOf(layer(args), 0.05);
    model.setWeights(model.getWeights().map((weight) => weight.abs().neg()));
    await fit(model, xs, ys, 2);
    model.getWeights().forEach((weight, j) => {
      const least = weight.min().dataSync()[0] ?? NaN;
      if (j === k) expect(least).toBeGreaterThanOrEqual(0);
      else expect(least).toBeLessThan(0);
    });
  });

  it('learns nothing while it is frozen', async () => {
    const model = tf.sequential({ layers: [layer({ trainable: false }), tf.layers.dense({ units: 2 })] });
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    const before = model.layers[0]?.getWeights().map((weight) => weight.clone()) ?? [];
    expect(model.trainableWeights).toHaveLength(2);
    expect(model.layers[0]?.nonTrainableWeights).toHaveLength(3);
    await fit(model, xs, ys);
    expectSame(model.layers[0]?.getWeights() ?? [], before, 1e-30);
  });

  it('makes the loss small', async () => {
    const recurrent = make({ units: 8, inputShape: [5, 3], seed: 1 });
    const model = tf.sequential({ layers: [recurrent, tf.layers.dense({ units: 2 })] });
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.03) });
    const before = (model.evaluate(xs, ys) as tf.Scalar).dataSync()[0] ?? NaN;
    await fit(model, xs, ys, 60);
    expect((model.evaluate(xs, ys) as tf.Scalar).dataSync()[0]).toBeLessThan(before / 10);
  });
});
