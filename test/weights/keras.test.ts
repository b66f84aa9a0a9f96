import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { fromKeras, readNpz, toKeras, writeNpz, type KerasCell, type WeightRecord } from 'kernel-lib/weights';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { draw } from './draw';
import { bitsOf, expectClose, ways } from './walk';

const golden = (name: string): string => new URL(`../golden/weights/keras-${name}.npz`, import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  // For test/golden/weights_keras_golden.py check.
  folder = process.env.WRITE_WEIGHTS ?? (await mkdtemp(path.join(os.tmpdir(), 'weights-')));
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  if (process.env.WRITE_WEIGHTS === undefined) await rm(folder, { recursive: true });
});

describe.each<{ name: string; cell: KerasCell; layers?: number; bidirectional?: boolean; told?: boolean }>([
  { name: 'simple-rnn', cell: 'rnn' },
  { name: 'gru', cell: 'gru' },
  { name: 'gru-reset-before', cell: 'gru (reset before)' },
  { name: 'gru-no-bias', cell: 'gru', told: true },
  { name: 'gru-deep', cell: 'gru', layers: 2, bidirectional: true },
  { name: 'lstm', cell: 'lstm' },
  { name: 'lstm-no-bias', cell: 'lstm' },
  { name: 'lstm-both-directions', cell: 'lstm', bidirectional: true },
  { name: 'lstm-two-layers', cell: 'lstm', layers: 2 },
])('what Keras saved as $name', ({ name, cell, layers = 1, bidirectional = false, told = false }) => {
  it('is found, and computes what Keras computed, by the equations and natively', async () => {
    const record = await readNpz(golden(name));
    tf.tidy(() => {
      const network = fromKeras(record, { bidirectional, ...(told && { cell }) });
      expect([network.cell, network.layers.length, network.bidirectional]).toEqual([cell, layers, bidirectional]);
      const { shape = [], data } = record.xs ?? {};
      const xs = tf.tensor3d(data ?? [], shape as [number, number, number]);
      for (const [, walk] of ways(network)) expectClose('outputs', walk(network, xs).outputs, record);
    });
  });

  it('comes back bit for bit from what is written for Keras', async () => {
    const record = await readNpz(golden(name));
    const network = fromKeras(record, { bidirectional, cell });
    const list = toKeras<KerasCell>(network.layers, { cell });
    const file = path.join(folder, `keras-${name}.npz`);
    const written = writeNpz(file, list);
    const direct = fromKeras(list, { bidirectional, cell });
    tf.dispose(list);
    await written;
    const back = fromKeras(await readNpz(file), { bidirectional, cell });
    expect(bitsOf(back)).toEqual(bitsOf(network));
    expect(bitsOf(direct)).toEqual(bitsOf(network));
    tf.dispose([network, back, direct] as never);
  });
});

test.each([
  ['gru', 'gru (z replaces)'],
  ['gru-reset-before', 'gru (reset before, z replaces)'],
] as const)(
  '%s with z as the share replaced computes what Keras computed, whose z is the share kept',
  async (name, cell) => {
    const record = await readNpz(golden(name));
    tf.tidy(() => {
      const network = fromKeras(record, { cell });
      const { shape = [], data } = record.xs ?? {};
      const xs = tf.tensor3d(data ?? [], shape as [number, number, number]);
      for (const [, walk] of ways(network)) expectClose('outputs', walk(network, xs).outputs, record);
    });
  },
);

describe.each([
  'rnn',
  'gru',
  'gru (z replaces)',
  'gru (reset before)',
  'gru (reset before, z replaces)',
  'lstm',
] as const)('%s', (cell) => {
  test.each([
    [1, false],
    [3, false],
    [1, true],
    [2, true],
  ])('of %i layers, both directions %s, comes back bit for bit', (count, bidirectional) => {
    tf.tidy(() => {
      const layers = draw(cell, count, bidirectional);
      const keras = toKeras(layers as never, { cell });
      expect(keras).toHaveLength(3 * count * (bidirectional ? 2 : 1));
      expect(bitsOf(fromKeras(keras, { cell, bidirectional }))).toEqual(bitsOf({ cell, bidirectional, layers }));
    });
  });

  it('goes both ways without leaving tensors behind', () => {
    const [layer] = draw(cell, 1, false);
    const before = tf.memory().numTensors;
    const keras = toKeras(layer as never, { cell });
    const network = fromKeras(keras, { cell });
    tf.dispose(keras);
    tf.dispose(network as never);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(layer as never);
  });
});

test('a list of layers without biases, whose second kernel has the shape of two biases', () => {
  tf.tidy(() => {
    const [k1, r1, k2, r2] = [3, 2, 2, 2].map((rows) => tf.randomNormal([rows, 8])) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const zeros = tf.zeros([8]);
    const whole = fromKeras([k1, r1, zeros, k2, r2, zeros], { cell: 'lstm' });
    expect(whole.layers).toHaveLength(2);
    expect(bitsOf(fromKeras([k1, r1, k2, r2]))).toEqual(bitsOf(whole));
  });
});

describe('arrays by their names', () => {
  const parts = ['kernel', 'recurrent_kernel', 'bias'];
  /** A drawn network under the names that `name` gives to each layer's and direction's parts. */
  function record(
    bidirectional: boolean,
    name: (layer: number, direction: 'forward' | 'backward', part: number) => string,
  ): { record: WeightRecord; network: unknown } {
    const layers = draw('gru', 2, bidirectional);
    const directions = bidirectional ? (['forward', 'backward'] as const) : (['forward'] as const);
    const names = [0, 1].flatMap((layer) => directions.flatMap((d) => parts.map((_, part) => name(layer, d, part))));
    const arrays = toKeras(layers as never, { cell: 'gru' });
    const dense = { 'head/kernel:0': tf.zeros([4, 2]), 'layers/dense/vars/0': tf.zeros([4, 2]) };
    const entries = names.map((each, n) => [each, arrays[n]] as const);
    return {
      record: { ...dense, ...Object.fromEntries(entries) },
      network: { cell: 'gru', bidirectional, layers },
    };
  }
  const suffix = (layer: number): string => (layer === 0 ? '' : `_${layer}`);

  test.each<[string, boolean, Parameters<typeof record>[1]]>([
    ['of Keras 3', false, (k, _, part) => `layers/gru${suffix(k)}/cell/vars/${part}`],
    [
      'of Keras 3, both directions',
      true,
      (k, d, part) => `layers/bidirectional${suffix(k)}/${d}_layer/cell/vars/${part}`,
    ],
    ['of Keras 2', false, (k, _, part) => `gru${suffix(k)}/gru${suffix(k)}/gru_cell/${parts[part] ?? ''}:0`],
    ['of Keras 2, both directions', true, (k, d, part) => `b${suffix(k)}/${d}_gru/gru_cell/${parts[part] ?? ''}:0`],
    ['given to np.savez', false, (k, _, part) => `layer${k}/${parts[part] ?? ''}`],
    ['arr_0 and so on', true, (k, d, part) => `arr_${6 * k + (d === 'forward' ? 0 : 3) + part}`],
  ])('%s', (_, bidirectional, name) => {
    tf.tidy(() => {
      const { record: named, network } = record(bidirectional, name);
      expect(bitsOf(fromKeras(named, { bidirectional }))).toEqual(bitsOf(network));
    });
  });

  it('after a prefix alone', () => {
    tf.tidy(() => {
      const { record: named } = record(false, (k, _, part) => `layers/gru${suffix(k)}/cell/vars/${part}`);
      const { layers } = fromKeras(named, { prefix: 'layers/gru_1/', cell: 'gru', bidirectional: false });
      expect(layers.map(({ Wxh }) => Wxh.shape)).toEqual([[4, 4]]);
    });
  });
});
