import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { throughFile } from './files';
import { expectSame, listOf, numbers, outputsOf, setNumbers } from './pairs';

/** Every argument, none at its default. */
const common = {
  units: 3,
  activation: 'hard_sigmoid',
  kernelInitializer: 'heNormal',
  recurrentInitializer: 'randomNormal',
  biasInitializer: 'ones',
  kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }),
  recurrentRegularizer: 'l1l2',
  biasRegularizer: tf.regularizers.l1({ l1: 0.25 }),
  activityRegularizer: 'l1l2',
  kernelConstraint: tf.constraints.maxNorm({ maxValue: 3 }),
  recurrentConstraint: 'unitNorm',
  biasConstraint: 'nonNeg',
  dropout: 0.25,
  recurrentDropout: 0.125,
  seed: 7,
  returnSequences: true,
  goBackwards: true,
  zeroOutputForMask: true,
  trainable: false,
} as const;
const gated = { ...common, recurrentActivation: 'hardSigmoid' } as const;
const made = {
  simpleRNN: () => layers.simpleRNN(common),
  'gru, reset after': () => layers.gru(gated),
  'gru, reset before': () => layers.gru({ ...gated, resetAfter: false, useBias: false }),
  lstm: () => layers.lstm({ ...gated, unitForgetBias: false }),
  bidirectional: () =>
    layers.bidirectional({
      layer: layers.lstm({ ...gated, goBackwards: false }),
      backwardLayer: layers.gru(gated),
      mergeMode: 'ave',
      trainable: false,
    }),
  'bidirectional of tfjs': () => tf.layers.bidirectional({ layer: layers.gru(gated) as never, mergeMode: 'sum' }),
};

/** As a file has it, where null says as much as nothing. */
const configOf = (layer: tf.layers.Layer): tf.serialization.ConfigDict => {
  const text = JSON.stringify(layer.getConfig(), (key, value: unknown) =>
    value === null || key === 'customObjects' ? undefined : value,
  );
  return JSON.parse(text) as tf.serialization.ConfigDict;
};

describe.each(Object.entries(made))('%s', (_name, make) => {
  it('has a config from which the same layer is made again', () => {
    const layer = make();
    const Class = layer.constructor as unknown as tf.serialization.SerializableConstructor<tf.layers.Layer>;
    const again = Class.fromConfig(Class, configOf(layer));
    expect(configOf(again)).toEqual(configOf(layer));
  });

  it('comes back from a file with its weights and every option', async () => {
    const model = tf.sequential({ layers: [tf.layers.masking({ inputShape: [5, 2] }), make()] });
    setNumbers(model);
    const loaded = await throughFile(model);
    const xs = tf.tensor3d(
      [...numbers([40]).dataSync()].map((x, k) => (k > 30 ? 0 : x)),
      [4, 5, 2],
    );
    expectSame(listOf(loaded.predict(xs)), listOf(model.predict(xs)), 1e-6);
    const [before, after] = [model, loaded].map(({ layers }) => configOf(at(layers, 1)));
    expect(after).toEqual(before);
    expect(loaded.layers[1]?.trainable).toBe(model.layers[1]?.trainable);
    expect(loaded.weights.map(({ originalName }) => originalName)).toEqual(
      model.weights.map(({ originalName }) => originalName),
    );
  });
});

it('keeps the two hard sigmoids apart on the way through a file', async () => {
  const outputs: tf.Tensor[] = [];
  for (const recurrentActivation of ['hardSigmoid', 'hard_sigmoid'] as const) {
    const layer = layers.gru({ units: 2, inputShape: [null, 2], recurrentActivation });
    const model = tf.sequential({ layers: [layer] });
    setNumbers(model);
    const xs = numbers<tf.Rank.R3>([1, 3, 2]);
    const output = model.predict(xs) as tf.Tensor;
    expectSame(listOf((await throughFile(model)).predict(xs)), [output], 1e-6);
    outputs.push(output);
  }
  expect(
    tf
      .notEqual(...(outputs as [tf.Tensor, tf.Tensor]))
      .any()
      .dataSync()[0],
  ).toBe(1);
});

it('saves a model whose first state is an input without a word', async () => {
  const xs = tf.input({ shape: [null, 2] });
  const states = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
  const layer = layers.lstm({ units: 3, returnState: true });
  const [output, h] = layer.apply(xs, { initialState: states }) as [tf.SymbolicTensor, tf.SymbolicTensor];
  const model = tf.model({ inputs: [xs, ...states], outputs: [output, h] });
  const inputs = [numbers([2, 4, 2]), numbers([2, 3]), numbers([2, 3], 1, 2)];
  const warned: unknown[] = [];
  const { warn } = console;
  console.warn = (...words) => warned.push(words);
  try {
    const loaded = await throughFile(model);
    expectSame(listOf(loaded.predict(inputs)), listOf(model.predict(inputs)), 1e-6);
    expectSame(listOf(model.predict(inputs)).slice(0, 1), [
      at(outputsOf(layer, at(inputs, 0), { initialState: inputs.slice(1) }), 0),
    ]);
  } finally {
    console.warn = warn;
  }
  expect(warned).toEqual([]);
});
