import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import {
  fromTorch,
  readSafetensors,
  toTorch,
  writeSafetensors,
  type Network,
  type TorchCell,
  type WeightRecord,
} from 'kernel-lib/weights';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { bitsOf, expectSolved, ways, type Unstored } from './walk';
import { draw } from './draw';

const golden = (name: string): string =>
  new URL(`../golden/weights/torch-${name}.safetensors`, import.meta.url).pathname;
const tensor3d = ({ shape, data }: { shape: readonly number[]; data: Float32Array | Int32Array }): tf.Tensor3D =>
  tf.tensor3d(data, shape as [number, number, number]);

let folder: string;
beforeAll(async () => {
  // For test/golden/weights_golden.py check.
  folder = process.env.WRITE_WEIGHTS ?? (await mkdtemp(path.join(os.tmpdir(), 'weights-')));
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  if (process.env.WRITE_WEIGHTS === undefined) await rm(folder, { recursive: true });
});

interface Saved extends Unstored {
  readonly name: string;
  readonly cell: TorchCell;
  readonly layers: number;
  readonly bidirectional: boolean;
}
const saved = (name: string, cell: TorchCell, layers = 1, bidirectional = false, unstored: Unstored = {}): Saved => ({
  name,
  cell,
  layers,
  bidirectional,
  ...unstored,
});

describe.each([
  saved('rnn', 'rnn'),
  saved('rnn-relu-deep', 'rnn', 2, true, { relu: true }),
  saved('gru', 'gru'),
  saved('gru-deep', 'gru', 2, true),
  saved('gru-no-bias', 'gru'),
  saved('lstm', 'lstm'),
  saved('lstm-two-layers', 'lstm', 2),
  saved('lstm-both-directions', 'lstm', 1, true),
  saved('lstm-projection', 'lstm (projection)'),
  saved('lstm-projection-deep', 'lstm (projection)', 2, true),
  saved('lstm-float16', 'lstm'),
  saved('lstm-bfloat16', 'lstm'),
  saved('lstm-float64', 'lstm'),
])('what PyTorch saved as $name', ({ name, cell, layers, bidirectional, relu = false }) => {
  it(`is ${layers} of '${cell}'${bidirectional ? ' in both directions' : ''}`, async () => {
    const record = await readSafetensors(golden(name));
    tf.tidy(() => {
      const network = fromTorch(record);
      expect([network.cell, network.layers.length, network.bidirectional]).toEqual([cell, layers, bidirectional]);
    });
  });

  it('computes what PyTorch computed, by the equations and natively', async () => {
    const record = await readSafetensors(golden(name));
    tf.tidy(() => {
      const network = fromTorch(record);
      for (const [, walk] of ways(network)) expectSolved(walk(network, tensor3d(record.xs as never), { relu }), record);
    });
  });

  it('comes back bit for bit from what is written for PyTorch', async () => {
    const record = await readSafetensors(golden(name));
    const network = fromTorch(record, { cell });
    const torch = toTorch<TorchCell>(network.layers, { cell });
    const file = path.join(folder, `torch-${name}.safetensors`);
    const written = writeSafetensors(file, torch);
    tf.dispose(torch);
    await written;
    const back = fromTorch(await readSafetensors(file), { cell });
    expect(bitsOf(back)).toEqual(bitsOf(network));
    tf.dispose([network as never, back as never]);
  });
});

test('a GRU whose z is the share replaced computes what PyTorch computed, whose z is the share kept', async () => {
  const record = await readSafetensors(golden('gru-deep'));
  tf.tidy(() => {
    const network = fromTorch(record, { cell: 'gru (z replaces)' });
    for (const [, walk] of ways(network)) expectSolved(walk(network, tensor3d(record.xs as never)), record);
    const back = toTorch<'gru (z replaces)'>(network.layers, { cell: 'gru (z replaces)' });
    expect(bitsOf(fromTorch(back, { cell: 'gru' }))).toEqual(bitsOf(fromTorch(record, { cell: 'gru' })));
  });
});

test('a network is found among the other layers of a model, and the cell of an RNN class', async () => {
  const record = await readSafetensors(golden('model'), { prefix: 'encoder.' });
  expect(Object.keys(record).every((name) => name.startsWith('encoder.lstm.'))).toBe(true);
  await expect(readSafetensors(golden('model'))).rejects.toThrow(
    /norm\.num_batches_tracked is of type I64, expected F64, F32, F16, BF16, I32 or BOOL; convert it before saving/,
  );
  const solved = { ...(await readSafetensors(golden('model'), { prefix: 'h' })), ...record };
  expect(Object.keys(solved)).toContain('head.weight');
  tf.tidy(() => {
    const network = fromTorch(solved, { prefix: 'encoder.lstm.', bidirectional: false, cell: 'lstm' });
    const [params] = network.layers;
    expect(params?.Wxi.shape).toEqual([3, 5]);
  });
  const cell = await readSafetensors(golden('gru-cell'));
  tf.tidy(() => {
    const network = fromTorch(cell);
    for (const [, walk] of ways(network)) expectSolved(walk(network, tensor3d(cell.xs as never)), cell);
  });
});

describe.each(['rnn', 'gru', 'gru (z replaces)', 'lstm', 'lstm (projection)'] as const)('%s', (cell) => {
  test.each([
    [1, false],
    [3, false],
    [1, true],
    [2, true],
  ])('of %i layers, both directions %s, comes back bit for bit', (count, bidirectional) => {
    tf.tidy(() => {
      const layers = draw(cell, count, bidirectional);
      const torch = toTorch(layers as never, { cell, prefix: 'encoder.rnn.' });
      expect(Object.keys(torch).every((name) => name.startsWith('encoder.rnn.'))).toBe(true);
      const back = fromTorch(torch, { cell, bidirectional }) as Network;
      expect(bitsOf(back)).toEqual(bitsOf({ cell, bidirectional, layers }));
    });
  });

  it('goes both ways without leaving tensors behind', () => {
    const [layer] = draw(cell, 1, false);
    const before = tf.memory().numTensors;
    const torch = toTorch(layer as never, { cell });
    const network = fromTorch(torch, { cell });
    tf.dispose(torch);
    tf.dispose(network as never);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(layer as never);
  });
});

test('of two networks the prefix chooses one', () => {
  tf.tidy(() => {
    const [small, large] = [draw('gru', 1, false), draw('lstm', 2, true)];
    const record = {
      ...toTorch(small as never, { cell: 'gru', prefix: 'a.' }),
      ...toTorch(large as never, { cell: 'lstm' }),
    };
    expect(bitsOf(fromTorch(record, { prefix: 'a.' }))).toEqual(
      bitsOf({ cell: 'gru', bidirectional: false, layers: small }),
    );
    expect(bitsOf(fromTorch(record, { prefix: '' }))).toEqual(
      bitsOf({ cell: 'lstm', bidirectional: true, layers: large }),
    );
  });
});

test('a record may be nested or flat lists of numbers, or typed arrays', () => {
  const flat: WeightRecord = {
    weight_ih_l0: { shape: [2, 1], data: [1, 2] },
    weight_hh_l0: { shape: [2, 2], data: [[3, 4], [5, 6]] }, // prettier-ignore
    bias_ih_l0: { shape: [2], data: Float64Array.of(1, 2) },
    bias_hh_l0: { shape: [2], data: Float32Array.of(10, 20) },
  };
  tf.tidy(() => {
    const { layers } = fromTorch(flat, { cell: 'rnn', bidirectional: false });
    const plain = Object.fromEntries(Object.entries(layers[0] ?? {}).map(([name, value]) => [name, value.arraySync()]));
    expect(plain).toEqual({ Wxh: [[1, 2]], Whh: [[3, 5], [4, 6]], bh: [11, 22] }); // prettier-ignore
  });
});
