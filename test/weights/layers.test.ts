import * as tf from '@tensorflow/tfjs-node';
import { cells, type Cell, type Params, type State } from 'kernel-lib/cells';
import * as layers from 'kernel-lib/layers';
import { unroll } from 'kernel-lib/sequence';
import { fromKeras, fromTorch, readNpz, readSafetensors, toKeras, type KerasCell, type StoredArray, type WeightRecord } from 'kernel-lib/weights'; // prettier-ignore
import { describe, expect, it, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';
import { expectClose } from './walk';

const file = (name: string): string => new URL(`../golden/weights/${name}`, import.meta.url).pathname;
const tensor3d = ({ shape, data }: StoredArray): tf.Tensor3D => tf.tensor3d(data as Float32Array, shape as [number, number, number]); // prettier-ignore
const sequences = { units: 4, returnSequences: true } as const;

/** Puts a network's weights into a layer, and lets it read the record's xs. */
function apply(layer: tf.layers.Layer, weights: tf.Tensor[], record: WeightRecord): tf.Tensor {
  const xs = tensor3d(record.xs as StoredArray);
  layer.apply(tf.input({ shape: [null, xs.shape[2]] }));
  layer.setWeights(weights);
  return layer.apply(xs) as tf.Tensor;
}

describe.each<[string, string, () => tf.layers.Layer]>([
  ['layers.simpleRNN', 'simple-rnn', () => layers.simpleRNN(sequences)],
  ['layers.gru', 'gru', () => layers.gru(sequences)],
  ['layers.gru, reset before', 'gru-reset-before', () => layers.gru({ ...sequences, resetAfter: false })],
  ['layers.lstm', 'lstm', () => layers.lstm(sequences)],
  [
    'layers.bidirectional',
    'lstm-both-directions',
    () => layers.bidirectional({ layer: layers.lstm(sequences), mergeMode: 'concat' }),
  ],
  ['tf.layers.simpleRNN', 'simple-rnn', () => tf.layers.simpleRNN(sequences)],
  ['tf.layers.gru', 'gru-reset-before', () => tf.layers.gru({ ...sequences, recurrentActivation: 'sigmoid' })],
  ['tf.layers.lstm', 'lstm', () => tf.layers.lstm({ ...sequences, recurrentActivation: 'sigmoid' })],
  [
    'tf.layers.bidirectional',
    'lstm-both-directions',
    () =>
      tf.layers.bidirectional({
        layer: tf.layers.lstm({ ...sequences, recurrentActivation: 'sigmoid' }),
        mergeMode: 'concat',
      }),
  ],
])('%s with what Keras saved as %s', (_, name, make) => {
  const bidirectional = name.endsWith('both-directions');

  it('computes what Keras computed', async () => {
    const record = await readNpz(file(`keras-${name}.npz`));
    tf.tidy(() => {
      const network = fromKeras(record, { bidirectional });
      const weights = toKeras<KerasCell>(network.layers, { cell: network.cell });
      expectClose('outputs', apply(make(), weights, record), record);
    });
  });

  it('gives its weights back to the equations', async () => {
    const record = await readNpz(file(`keras-${name}.npz`));
    tf.tidy(() => {
      const layer = make();
      const network = fromKeras(record, { bidirectional });
      const expected = apply(layer, toKeras<KerasCell>(network.layers, { cell: network.cell }), record);
      const { cell, layers: found } = fromKeras(layer.getWeights(), { bidirectional });
      const equations = cells[cell] as unknown as Cell<Params, State, never>;
      const walk = (params: object, reverse: boolean): tf.Tensor3D =>
        unroll(equations, params as Params, tensor3d(record.xs as StoredArray), { reverse }).outputs;
      const [params] = found as unknown as [Params & { forward: Params; backward: Params }];
      const outputs = bidirectional
        ? tf.concat([walk(params.forward, false), walk(params.backward, true)], 2)
        : walk(params, false);
      expect(relativeError(outputs.arraySync() as Nested, expected.arraySync() as Nested)).toBeLessThan(1e-5);
    });
  });
});

test.each<[string, KerasCell, () => tf.layers.Layer]>([
  ['rnn', 'rnn', () => layers.simpleRNN({ ...sequences, units: 5 })],
  ['gru', 'gru', () => layers.gru({ ...sequences, units: 5 })],
  ['lstm', 'lstm', () => layers.lstm({ ...sequences, units: 5 })],
  [
    'lstm-both-directions',
    'lstm',
    () => layers.bidirectional({ layer: layers.lstm({ ...sequences, units: 5 }), mergeMode: 'concat' }),
  ],
])('a layer computes what PyTorch computed with %s', async (name, cell, make) => {
  const record = await readSafetensors(file(`torch-${name}.safetensors`));
  tf.tidy(() => {
    const { layers: found } = fromTorch(record);
    expectClose('outputs', apply(make(), toKeras(found as never, { cell }), record), record);
  });
});
