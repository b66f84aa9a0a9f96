import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it, vi } from 'vitest';
import { throughFile } from './files';
import { expectSame, fit, listOf, numbers, setNumbers } from './pairs';

const loop = tf.layers;
const sequences = { returnSequences: true } as const;
/** Models of tf.layers, each made anew, what they read, and how many layers are swapped. */
const models: Record<string, { make: () => tf.LayersModel; inputs: () => tf.Tensor | tf.Tensor[]; count: number }> = {
  'stacked, with an embedding that masks': {
    make: () =>
      tf.sequential({
        layers: [
          loop.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputLength: 4 }),
          loop.lstm({ units: 4, ...sequences }),
          loop.gru({ units: 3, ...sequences, recurrentActivation: 'sigmoid', goBackwards: true }),
          loop.simpleRNN({ units: 4, activation: 'relu' }),
          loop.dense({ units: 2 }),
        ],
      }),
    inputs: () => tf.tensor2d([1, 2, 0, 0, 4, 3, 2, 1, 1, 0, 0, 0], [3, 4]),
    count: 3,
  },
  'a recurrent layer that stands first': {
    make: () => tf.sequential({ layers: [loop.lstm({ units: 2, inputShape: [4, 3] })] }),
    inputs: () => numbers([3, 4, 3]),
    count: 1,
  },
  'bidirectional of tfjs': {
    make: () =>
      tf.sequential({
        layers: [
          loop.bidirectional({
            layer: loop.lstm({ units: 3, ...sequences }),
            mergeMode: 'concat',
            inputShape: [4, 3],
          }),
          loop.bidirectional({ layer: loop.gru({ units: 2 }), mergeMode: 'ave' }),
        ],
      }),
    inputs: () => numbers([2, 4, 3]),
    count: 4,
  },
  'distributed over time': {
    make: () =>
      tf.sequential({
        layers: [
          loop.timeDistributed({ layer: loop.gru({ units: 2 }), inputShape: [3, 4, 2] }),
          loop.lstm({ units: 2 }),
        ],
      }),
    inputs: () => numbers([2, 3, 4, 2]),
    count: 2,
  },
  'models inside of models, one of them twice': {
    make: () => {
      const inner = tf.sequential({ layers: [loop.gru({ units: 3, inputShape: [null, 3], ...sequences })] });
      const xs = tf.input({ shape: [4, 3] });
      const once = inner.apply(xs) as tf.SymbolicTensor;
      const twice = inner.apply(once) as tf.SymbolicTensor;
      return tf.model({
        inputs: xs,
        outputs: [loop.lstm({ units: 2 }).apply(twice), loop.gru({ units: 3 }).apply(once)] as tf.SymbolicTensor[],
      });
    },
    inputs: () => numbers([2, 4, 3]),
    count: 3,
  },
  'a decoder that begins where an encoder ends': {
    make: () => {
      const [source, target] = [tf.input({ shape: [4, 3] }), tf.input({ shape: [5, 3] })];
      const encoder = loop.lstm({ units: 3, returnState: true });
      const [, ...state] = encoder.apply(source) as [tf.SymbolicTensor, ...tf.SymbolicTensor[]];
      const decoder = loop.lstm({ units: 3, ...sequences });
      const decoded = decoder.apply(target, { initialState: state }) as tf.SymbolicTensor;
      const shared = loop.dense({ units: 2 });
      const outputs = [decoded, target].map((symbol) => shared.apply(symbol) as tf.SymbolicTensor);
      return tf.model({ inputs: [source, target], outputs });
    },
    inputs: () => [numbers([2, 4, 3]), numbers([2, 5, 3], 1, 2)],
    count: 2,
  },
  'a layer that reads two inputs': {
    make: () => {
      const inputs = [tf.input({ shape: [4, 3] }), tf.input({ shape: [4, 3] })];
      const shared = loop.gru({ units: 2 });
      return tf.model({ inputs, outputs: inputs.map((symbol) => shared.apply(symbol) as tf.SymbolicTensor) });
    },
    inputs: () => [numbers([2, 4, 3]), numbers([2, 4, 3], 1, 2)],
    count: 1,
  },
  'rnn over a cell': {
    make: () =>
      tf.sequential({
        layers: [
          loop.rnn({ cell: loop.lstmCell({ units: 3 }), inputShape: [4, 3], ...sequences }),
          loop.rnn({ cell: loop.gruCell({ units: 3 }), ...sequences }),
          loop.rnn({ cell: loop.simpleRNNCell({ units: 3, useBias: false }) }),
        ],
      }),
    inputs: () => numbers([2, 4, 3]),
    count: 3,
  },
};

/** Every recurrent layer of tf.layers that a model runs. */
function loopsOf(layer: tf.layers.Layer): tf.layers.Layer[] {
  if (layer instanceof tf.LayersModel) return layer.layers.flatMap(loopsOf);
  const { layer: inner, forwardLayer, backwardLayer } = layer as unknown as Partial<Record<string, tf.layers.Layer>>;
  if (forwardLayer && backwardLayer) return [forwardLayer, backwardLayer].flatMap(loopsOf);
  return inner ? loopsOf(inner) : layer instanceof tf.RNN ? [layer] : [];
}

/** Wherever else tfjs notes which layers there are. */
function listedIn(model: tf.LayersModel): tf.layers.Layer[] {
  const ofSequential = (model as unknown as { model?: tf.LayersModel }).model?.layers ?? [];
  const before = model.layers.flatMap(({ inboundNodes }) => inboundNodes.flatMap(({ inboundLayers }) => inboundLayers));
  return [...model.outputLayers, ...Object.values(model.layersByDepth).flat(), ...ofSequential, ...before];
}

function refuseToRun(layer: tf.layers.Layer): void {
  layer.call = () => {
    throw new Error(`${layer.name} has run.`);
  };
}

const namesOf = (model: tf.LayersModel): string[] => model.weights.map(({ originalName }) => originalName);
const targetsOf = (model: tf.LayersModel, batch: number): tf.Tensor[] =>
  model.outputs.map(({ shape }, k) => numbers([batch, ...(shape.slice(1) as number[])] as never, 1, k + 3));

describe.each(Object.entries(models))('accelerate, %s', (_name, { make, inputs, count }) => {
  it('gives a model that predicts, trains and comes back from a file as before', async () => {
    const [model, before] = [make(), make()];
    for (const each of [model, before]) {
      setNumbers(each);
      each.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.1) });
    }
    const xs = inputs();
    const batch = listOf(xs)[0]?.shape[0] ?? 0;
    const targets = targetsOf(model, batch);
    const train = (each: tf.LayersModel): Promise<void> => fit(each, xs, targets, 2);
    // A step before the swap, so that the optimizer has moments to be kept.
    await train(model);
    const variables = tf.memory().numTensors;
    const names = namesOf(model);
    const layerNames = model.layers.map(({ name }) => name);

    const loops = loopsOf(model);
    const { model: same, swapped, left } = layers.accelerate(model);
    loops.forEach(refuseToRun);
    expect(loopsOf(model)).toHaveLength(0);
    expect(listedIn(model).flatMap(loopsOf)).toHaveLength(0);
    expect(loopsOf(tf.model({ inputs: model.inputs, outputs: model.outputs }))).toHaveLength(0);
    expect(same).toBe(model);
    expect(left).toEqual([]);
    expect(swapped).toHaveLength(count);
    expect(swapped.every(({ to }) => to.startsWith('Native'))).toBe(true);
    expect(model.layers.map(({ name }) => name)).toEqual(layerNames);
    expect(namesOf(model)).toEqual(names);
    expect(tf.memory().numTensors).toBe(variables);

    await train(before);
    expectSame(listOf(model.predict(xs)), listOf(before.predict(xs)));
    await train(before);
    await train(model);
    expectSame(model.getWeights(), before.getWeights());

    const warn = vi.spyOn(console, 'warn');
    const loaded = await throughFile(model);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    expectSame(listOf(loaded.predict(xs)), listOf(model.predict(xs)), 1e-6);
    expect(layers.accelerate(loaded)).toMatchObject({ swapped: [], left: [] });
    expect(JSON.stringify(loaded.toJSON())).toContain('Native');
    expect(layers.accelerate(model).swapped).toEqual([]);
  });
});
