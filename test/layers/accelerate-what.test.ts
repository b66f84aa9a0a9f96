import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { expectSame, fit, listOf, numbers, setNumbers } from './pairs';

const loop = tf.layers;
const sequential = (...all: tf.layers.Layer[]): tf.Sequential => tf.sequential({ layers: all });
const inputShape = [4, 3];

describe('accelerate leaves as it is, and says why,', () => {
  it.each([
    [
      loop.lstm({ units: 2, inputShape, activation: 'elu' }),
      /^activation: got 'elu', expected one that the native ops have/,
    ],
    [loop.gru({ units: 2, inputShape, recurrentActivation: 'softsign' }), /^recurrentActivation: got 'softsign'/],
    [
      loop.lstm({ units: 2, inputShape, kernelRegularizer: 'l1l2' }),
      /leaves the kernelRegularizer of a LSTM out of training/,
    ],
    [
      loop.simpleRNN({ units: 2, inputShape, biasConstraint: 'nonNeg' }),
      /leaves the biasConstraint of a SimpleRNN out/,
    ],
    [loop.lstm({ units: 2, inputShape, dropout: 1 }), /^dropout: got 1, expected/],
    [loop.lstm({ units: 2, inputShape, dropoutFunc: tf.dropout }), /^It has a dropoutFunc/],
    [loop.rnn({ cell: [loop.lstmCell({ units: 2 })] as never, inputShape }), /^There is no native StackedRNNCells\.$/],
    [loop.convLstm2d({ filters: 1, kernelSize: 1, inputShape: [2, 3, 3, 1] }), /^There is no native ConvLSTM2D\.$/],
  ] as const)('a layer, case %#', (layer, why) => {
    const model = sequential(layer);
    const { swapped, left } = layers.accelerate(model);
    expect(swapped).toEqual([]);
    expect(left).toEqual([
      { path: layer.name, className: layer.getClassName(), why: expect.stringMatching(why) as string },
    ]);
    expect(model.layers).toEqual([layer]);
  });

  it('one direction and the other, under the names of all that they stand in', () => {
    const bidirectional = loop.bidirectional({
      layer: loop.gru({ units: 2, activation: 'selu', name: 'g' }),
      inputShape,
    });
    const inner = sequential(bidirectional);
    inner.name = 'inner';
    bidirectional.name = 'both';
    const { left } = layers.accelerate(sequential(inner, loop.dense({ units: 1 })));
    expect(left.map(({ path }) => path)).toEqual(['inner/both/forward_g', 'inner/both/backward_g']);
  });
});

describe('accelerate', () => {
  it('names what it swaps', () => {
    const model = sequential(loop.lstm({ units: 2, inputShape, name: 'a' }), loop.dense({ units: 1 }));
    expect(layers.accelerate(model).swapped).toEqual([{ path: 'a', from: 'LSTM', to: 'NativeLSTM' }]);
    expect(model.layers[0]?.getClassName()).toBe('NativeLSTM');
    // As tf.layers begins, should it ever begin anew.
    expect(model.layers[0]?.getConfig()).toMatchObject({
      unitForgetBias: false,
      recurrentActivation: 'hard_sigmoid_keras2',
    });
  });

  it('swaps beside a layer that it leaves', () => {
    const model = sequential(
      loop.lstm({ units: 2, inputShape, returnSequences: true, activation: 'softsign' }),
      loop.lstm({ units: 2 }),
    );
    setNumbers(model);
    const xs = numbers([2, 4, 3]);
    const before = model.predict(xs) as tf.Tensor;
    expect(layers.accelerate(model)).toMatchObject({ swapped: [{ from: 'LSTM' }], left: [{ className: 'LSTM' }] });
    expectSame([model.predict(xs) as tf.Tensor], [before]);
  });

  it.each([
    [loop.lstm({ units: 2, inputShape, trainable: false }), 2],
    [loop.bidirectional({ layer: loop.gru({ units: 2 }), inputShape, trainable: false }), 2],
  ])('keeps what is frozen frozen, case %#', async (layer, trainable) => {
    layer.trainable = false;
    const model = sequential(layer, loop.dense({ units: 1 }));
    layers.accelerate(model);
    expect(model.trainableWeights).toHaveLength(trainable);
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(1) });
    const before = model.layers[0]?.getWeights().map((weight) => weight.clone()) ?? [];
    await fit(model, numbers([2, 4, 3]), numbers([2, 1]));
    expectSame(model.layers[0]?.getWeights() ?? [], before, 1e-30);
    expect(before.length).toBeGreaterThan(0);
  });

  it('lets the new layers be frozen, and disposed of, in place of the old ones', async () => {
    const model = sequential(loop.lstm({ units: 2, inputShape }), loop.dense({ units: 1 }));
    layers.accelerate(model);
    const layer = at(model.layers, 0);
    layer.trainable = false;
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(1) });
    const before = layer.getWeights().map((weight) => weight.clone());
    await fit(model, numbers([2, 4, 3]), numbers([2, 1]));
    expectSame(layer.getWeights(), before, 1e-30);
    expect(model.dispose().numDisposedVariables).toBe(5);
  });

  it('swaps once what stands in the model and in one inside of it', () => {
    const shared = loop.gru({ units: 3, returnSequences: true });
    const within = tf.input({ shape: inputShape });
    const inner = tf.model({ inputs: within, outputs: shared.apply(within) as tf.SymbolicTensor });
    const input = tf.input({ shape: inputShape });
    const model = tf.model({ inputs: input, outputs: shared.apply(inner.apply(input)) as tf.SymbolicTensor });
    const xs = numbers([2, 4, 3]);
    const before = model.predict(xs) as tf.Tensor;
    expect(layers.accelerate(model).swapped).toHaveLength(1);
    expect(inner.layers[1]).toBe(model.layers[2]);
    expect(inner.layers[1]?.getClassName()).toBe('NativeGRU');
    expectSame([model.predict(xs) as tf.Tensor], [before]);
  });

  it('goes on from the state that a stateful layer has carried so far, and holds no more tensors than before', () => {
    const models = [1, 2].map(() => {
      const model = sequential(loop.lstm({ units: 2, batchInputShape: [2, 4, 3], stateful: true }));
      setNumbers(model);
      return model;
    }) as [tf.Sequential, tf.Sequential];
    const [model, same] = models;
    const [first, second] = [numbers([2, 4, 3]), numbers([2, 4, 3], 1, 9)];
    for (const each of models) tf.dispose(each.predict(first));
    const tensors = tf.memory().numTensors;
    expect(layers.accelerate(model).swapped).toHaveLength(1);
    expect(tf.memory().numTensors).toBe(tensors);
    const expected = same.predict(second) as tf.Tensor;
    expectSame([model.predict(second) as tf.Tensor], [expected]);
    model.resetStates();
    expect(() => {
      expectSame([model.predict(second) as tf.Tensor], [expected]);
    }).toThrow();
  });

  it('gives back what a stateful layer kept of its training', async () => {
    const model = sequential(loop.gru({ units: 2, batchInputShape: [2, 4, 3], stateful: true }));
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    const before = tf.memory().numTensors;
    await fit(model, numbers([2, 4, 3]), numbers([2, 2]), 3);
    tf.dispose(model.predict(numbers([2, 4, 3])));
    layers.accelerate(model);
    // The three batches made here, and the optimizer's learning rate.
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(4);
  });

  it('gives the weights back with the model, as it would have', () => {
    const leftover = [false, true].map((fast) => {
      const tensors = tf.memory().numTensors;
      const model = sequential(loop.bidirectional({ layer: loop.lstm({ units: 2 }), inputShape }));
      if (fast) layers.accelerate(model);
      expect(tf.memory().numTensors).toBeGreaterThan(tensors + 5);
      expect(model.dispose().numDisposedVariables).toBe(6);
      return tf.memory().numTensors - tensors;
    });
    expect(leftover[1]).toBe(leftover[0]);
  });

  it('lets other models on the same symbols go the native way, too', () => {
    const xs = tf.input({ shape: inputShape });
    const h = loop.gru({ units: 2, returnSequences: true }).apply(xs) as tf.SymbolicTensor;
    const [whole, part] = [loop.lstm({ units: 2 }).apply(h) as tf.SymbolicTensor, h].map((outputs) =>
      tf.model({ inputs: xs, outputs }),
    ) as [tf.LayersModel, tf.LayersModel];
    setNumbers(whole);
    const input = numbers([2, 4, 3]);
    const before = part.predict(input) as tf.Tensor;
    expect(layers.accelerate(whole).swapped).toHaveLength(2);
    expectSame(listOf(part.predict(input)), [before]);
  });

  it('refuses what is no model', () => {
    expect(() => layers.accelerate(loop.dense({ units: 1 }) as never)).toThrow(
      /^model: got what is no tf\.LayersModel, expected/,
    );
  });
});
