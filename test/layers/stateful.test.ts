import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it } from 'vitest';
import { throughFile } from './files';
import { expectSame, fit, numbers, setNumbers } from './pairs';

const makes: Record<string, (args: layers.RecurrentArgs) => layers.Recurrent | layers.Bidirectional> = {
  simpleRNN: layers.simpleRNN,
  gru: layers.gru,
  lstm: layers.lstm,
};
const batchInputShape = [2, null, 3];
const xs = tf.keep(numbers<tf.Rank.R3>([2, 6, 3]));
const part = (k: number): tf.Tensor3D => xs.slice([0, 2 * k, 0], [2, 2, 3]);
const units = 4;

describe.each(Object.entries(makes))('a stateful %s', (_name, make) => {
  const modelOf = (args: object): tf.Sequential => {
    const model = tf.sequential({ layers: [make({ units, batchInputShape, ...args })] });
    setNumbers(model);
    return model;
  };
  const wholeOf = (): tf.Tensor => modelOf({ returnSequences: true }).predict(xs) as tf.Tensor;
  const stateful = { stateful: true, returnSequences: true } as const;

  it('goes on from batch to batch as if it were one', () => {
    const model = modelOf(stateful);
    const parts = [0, 1, 2].map((k) => model.predict(part(k)) as tf.Tensor);
    expectSame([tf.concat(parts, 1)], [wholeOf()]);
  });

  it('begins anew when it is told to, or from states that it is given', () => {
    const model = modelOf(stateful);
    const first = model.predict(part(0)) as tf.Tensor;
    const layer = model.layers[0] as layers.Recurrent;
    const states = layer.states.map((state) => (state as tf.Tensor).clone());
    expectSame(states.slice(0, 1), [first.slice([0, 1], [2, 1]).squeeze([1])]);
    const second = model.predict(part(1)) as tf.Tensor;
    model.resetStates();
    expectSame([model.predict(part(0)) as tf.Tensor], [first]);
    model.predict(part(2));
    layer.resetStates(states);
    expectSame([model.predict(part(1)) as tf.Tensor], [second]);
  });

  it('lets an initial state go before its own', () => {
    const layer = modelOf({ ...stateful, returnState: false }).layers[0] as layers.Recurrent;
    const initialState = layer.stateNames.map((_, k) => numbers([2, units], 1, k + 2));
    const given = layer.apply(part(1), { initialState }) as tf.Tensor;
    layer.resetStates(initialState);
    expectSame([layer.apply(part(1)) as tf.Tensor], [given]);
  });

  it('learns across batches, without a gradient into the one before, and holds one state all along', async () => {
    const model = modelOf(stateful);
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.5) });
    const layer = model.layers[0] as layers.Recurrent;
    const ys = tf.zeros([2, 2, units]);
    await fit(model, part(0), ys);
    const copies = (all: unknown[]): tf.Tensor[] => (all as tf.Tensor[]).map((each) => each.clone());
    const [carried, weights] = [copies(layer.states), copies(model.getWeights())];

    // The same step, from the same state as a constant, of a layer that is not stateful.
    const inputs = [
      tf.input({ batchShape: [2, 2, 3] }),
      ...layer.stateNames.map(() => tf.input({ batchShape: [2, units] })),
    ];
    const other = make({ units, returnSequences: true });
    const again = tf.model({ inputs, outputs: other.apply(inputs) as tf.SymbolicTensor });
    again.setWeights(weights);
    again.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.5) });
    await fit(again, [part(1), ...carried], ys);
    const tensors = tf.memory().numTensors;
    const second = part(1);
    await fit(model, second, ys);
    second.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expectSame(model.getWeights(), again.getWeights());
  });

  it('comes back from a file, and begins anew', async () => {
    const model = modelOf(stateful);
    const first = model.predict(part(0)) as tf.Tensor;
    const loaded = await throughFile(model);
    expectSame([loaded.predict(part(0)) as tf.Tensor], [first]);
    expectSame([loaded.predict(part(1)) as tf.Tensor], [model.predict(part(1)) as tf.Tensor]);
  });

  it('gives its state back with the model', () => {
    const before = tf.memory().numTensors;
    const model = tf.sequential({ layers: [make({ units, batchInputShape, stateful: true })] });
    tf.dispose(model.predict(xs));
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a stateful bidirectional layer', () => {
  it('carries both states, and begins anew with both', () => {
    const layer = layers.bidirectional({
      layer: layers.lstm({ units, stateful: true, returnState: true }),
      batchInputShape,
    });
    layer.apply(tf.input({ batchShape: batchInputShape }));
    setNumbers(layer);
    const [first, ...states] = layer.apply(part(0)) as [tf.Tensor, ...tf.Tensor[]];
    expectSame(layer.states as tf.Tensor[], states);
    const [second] = layer.apply(part(1)) as [tf.Tensor];
    layer.resetStates();
    expectSame([(layer.apply(part(0)) as [tf.Tensor])[0]], [first]);
    layer.resetStates(states);
    expectSame([(layer.apply(part(1)) as [tf.Tensor])[0]], [second]);
  });

  it('gives both states back with itself', () => {
    const before = tf.memory().numTensors;
    const layer = layers.bidirectional({ layer: layers.gru({ units, stateful: true }), batchInputShape });
    const model = tf.sequential({ layers: [layer] });
    tf.dispose(model.predict(xs));
    expect(tf.memory().numTensors).toBe(before + 6 + 2);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
