import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, lstmProjection, rnn } from 'kernel-lib/cells';
import { rng } from 'kernel-lib/tensor';
import { fromTorch, readSafetensors, toTorch, writeSafetensors, type FromTorchOptions, type WeightRecord } from 'kernel-lib/weights'; // prettier-ignore
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';

const file = (name: string): string => new URL(`../golden/weights/${name}`, import.meta.url).pathname;
const array = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});
const lstmRecord: WeightRecord = {
  weight_ih_l0: array(20, 3),
  weight_hh_l0: array(20, 5),
  bias_ih_l0: array(20),
  bias_hh_l0: array(20),
};
const without = (record: WeightRecord, ...names: string[]): WeightRecord =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
const prefixed = (prefix: string, record: WeightRecord = lstmRecord): WeightRecord =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));

let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

describe('fromTorch says in one sentence what is wrong', () => {
  test.each<[string, WeightRecord, string, FromTorchOptions?]>([
    ['no names', {}, 'record: got no names, expected names as weight_ih_l0 and weight_hh_l0.'],
    [
      'other layers only',
      { 'fc.weight': array(1), 'fc.bias': array(1) },
      'record: got fc.weight, fc.bias, expected names as weight_ih_l0',
    ],
    [
      'two networks',
      { ...prefixed('encoder.'), ...prefixed('decoder.') },
      "record: got 2 recurrent networks, expected one; choose with prefix, one of 'encoder.', 'decoder.'.",
    ],
    [
      'another prefix',
      prefixed('rnn.'),
      "prefix: got 'rnn', expected one of 'rnn.', after which there is a recurrent network.",
      { prefix: 'rnn' },
    ],
    [
      'a missing weight',
      prefixed('rnn.', without(lstmRecord, 'weight_hh_l0')),
      'record: got rnn.weight_ih_l0, rnn.bias_ih_l0, rnn.bias_hh_l0, expected rnn.weight_hh_l0, too; save the whole state_dict().',
    ],
    ['one bias of two', without(lstmRecord, 'bias_hh_l0'), 'expected bias_hh_l0, too'],
    [
      'a direction missing in one layer',
      { ...lstmRecord, weight_ih_l0_reverse: array(20, 3) },
      'record: got weight_ih_l0_reverse, expected weight_hh_l0_reverse, too',
    ],
    [
      'a missing layer',
      { ...lstmRecord, weight_ih_l2: array(20, 5), weight_hh_l2: array(20, 5) },
      'record: got layers 0, 2, expected them to count from 0 without a gap.',
    ],
    [
      'a layer that reads another width',
      { ...without(lstmRecord, 'bias_ih_l0', 'bias_hh_l0'), weight_ih_l1: array(20, 4), weight_hh_l1: array(20, 5) },
      'layers[1]: got input size 4, expected 5, as wide as layers[0] puts out.',
    ],
    [
      'two gates',
      { weight_ih_l0: array(10, 3), weight_hh_l0: array(10, 5) },
      'weight_hh_l0: got shape [10, 5], expected 1 (RNN), 3 (GRU) or 4 (LSTM) times as many rows as columns.',
    ],
    [
      'another cell than told',
      lstmRecord,
      "weight_hh_l0: got shape [20, 5], expected [rows = 15, hidden = 5]; the 3 gates of 'gru' stand on top of each other.",
      { cell: 'gru' },
    ],
    [
      'a projection where none was told',
      { ...lstmRecord, weight_hr_l0: array(5, 5) },
      "weight_hr: got weight_hr_l0, expected none for 'lstm'; proj_size makes one.",
      { cell: 'lstm' },
    ],
    ['no projection', lstmRecord, "weight_hr: got none, expected one for 'lstm (projection)'", { cell: 'lstm (projection)' }], // prettier-ignore
    [
      'a projection of another width',
      { ...lstmRecord, weight_hr_l0: array(5, 4) },
      "weight_hh_l0: got shape [20, 5], expected [rows = 16, hidden = 5]; the 4 gates of 'lstm (projection)' stand on top of each other.",
    ],
    [
      'kernels of other gates',
      { ...lstmRecord, weight_ih_l0: array(15, 3) },
      'weight_ih_l0: got shape [15, 3], expected [rows = 20, input]; it must match weight_hh_l0.',
    ],
    [
      'a bias of another length',
      { ...lstmRecord, bias_hh_l0: array(5) },
      'bias_hh_l0: got shape [5], expected [rows = 20]; it must match weight_hh_l0.',
    ],
    [
      'one direction where both were told',
      lstmRecord,
      'bidirectional: got weights of one direction, expected both directions.',
      { bidirectional: true },
    ],
    [
      'a cell that PyTorch does not have',
      lstmRecord,
      "cell: got 'cifg', expected 'rnn', 'gru', 'gru (z replaces)', 'lstm' or 'lstm (projection)'; PyTorch computes no other of these cells.",
      { cell: 'cifg' as never },
    ],
    [
      'fewer numbers than the shape says',
      { ...lstmRecord, bias_ih_l0: { shape: [20], data: [1, 2] } },
      'bias_ih_l0: got 2 numbers, expected 20, as many as its shape [20] says.',
    ],
    [
      'ragged lists',
      { ...lstmRecord, weight_hh_l0: { shape: [2, 2], data: [[1, 2, 3], [4]] } },
      'weight_hh_l0.data: got a list of 3, expected a list of 2, as its shape says.',
    ],
    [
      'a hole in the numbers',
      { weight_ih_l0: { shape: [1, 2], data: [1, null as never] }, weight_hh_l0: array(1, 1) },
      'weight_ih_l0: got null at 1, expected numbers only.',
    ],
    [
      'a number past float32',
      { weight_ih_l0: { shape: [1, 1], data: [1e39] }, weight_hh_l0: array(1, 1) },
      'weight_ih_l0: got 1e+39, expected numbers up to 3.4e38, the largest that float32 holds.',
    ],
    [
      'text for data',
      { weight_ih_l0: { shape: [1, 1], data: '1' as never }, weight_hh_l0: array(1, 1) },
      'weight_ih_l0.data: got a string, expected a list of numbers, nested or flat, or a Float32Array.',
    ],
    [
      'no shape',
      { ...lstmRecord, weight_hh_l0: { data: [1] } as never },
      'weight_hh_l0: got { data }, expected a tensor or { shape, data } with a shape of whole numbers.',
    ],
  ])('%s', (_, record, message, options) => {
    expect(() => fromTorch(record, options)).toThrow(message);
  });

  test.each(['float16 would be', 'disposed'])('a tensor that is %s', (kind) => {
    const bias = tf.zeros([20], kind === 'disposed' ? 'float32' : 'int32');
    if (kind === 'disposed') bias.dispose();
    const wanted = kind === 'disposed' ? 'bias_ih_l0: got a disposed tensor' : 'bias_ih_l0: got dtype int32, expected float32'; // prettier-ignore
    expect(() => fromTorch({ ...lstmRecord, bias_ih_l0: bias })).toThrow(wanted);
    bias.dispose();
  });
});

describe('toTorch says in one sentence what is wrong', () => {
  const sizes = { inputSize: 3, hiddenSize: 4, rng: rng(1) };
  const refused = (layers: () => unknown, cell: string, message: string): void => {
    tf.tidy(() => {
      expect(() => toTorch(layers() as never, { cell: cell as never })).toThrow(message);
    });
  };
  it('a GRU that resets before the product', () => {
    refused(
      () => ({}),
      'gru (reset before)',
      "cell: got 'gru (reset before)', expected 'rnn', 'gru', 'gru (z replaces)'",
    );
  });
  it('no layers', () => {
    refused(() => [], 'rnn', 'layers: got none, expected the parameters of one or more layers.');
  });
  it('nothing for a layer', () => {
    refused(() => [undefined], 'rnn', "layers: got undefined, expected parameters of 'rnn'.");
  });
  it('parameters of another cell', () => {
    refused(() => lstm.init(sizes), 'gru', 'Whh: got undefined, expected a tensor');
    refused(() => [gru.init(sizes), rnn.init({ ...sizes, inputSize: 4 })], 'gru', 'layers[1]: Whr: got undefined'); // prettier-ignore
  });
  it('one direction of two', () => {
    refused(() => ({ forward: rnn.init(sizes) }), 'rnn', 'layers: got { forward }, expected { forward, backward }');
  });
  it('layers of one and of both directions', () => {
    const one = () => rnn.init({ ...sizes, inputSize: 4 });
    refused(() => [one(), { forward: one(), backward: one() }], 'rnn', 'layers[1]: got 2 directions, expected 1, as in layers[0].'); // prettier-ignore
  });
  it('directions that read other widths', () => {
    refused(
      () => ({ forward: rnn.init(sizes), backward: rnn.init({ ...sizes, inputSize: 2 }) }),
      'rnn',
      'layers[0]: got input size 2, expected 3, as the other direction takes.',
    );
  });
  it('a layer that reads another width', () => {
    refused(
      () => [lstmProjection.init({ ...sizes, cellSize: 6 }), lstmProjection.init({ ...sizes, inputSize: 6 })],
      'lstm (projection)',
      'layers[1]: got input size 6, expected 4, as wide as layers[0] puts out.',
    );
  });
  it('integers', () => {
    refused(() => ({ ...rnn.init(sizes), bh: tf.zeros([4], 'int32') }), 'rnn', 'bh: got dtype int32, expected float32');
  });
});

describe('files', () => {
  it('a pickle says how to convert it', async () => {
    await expect(readSafetensors(file('torch-pickle.pt'))).rejects.toThrow(
      "torch-pickle.pt: this is a pickle, a program that would run on being read; convert it in Python: safetensors.torch.save_file(model.state_dict(), 'model.safetensors').",
    );
  });
  it('no file', async () => {
    await expect(readSafetensors('no.safetensors')).rejects.toThrow(
      'no.safetensors: there is no such file; correct the path.',
    );
  });
  it('a folder', async () => {
    await expect(readSafetensors(file(''))).rejects.toThrow('EISDIR');
  });
  it('bytes', async () => {
    await expect(readSafetensors(Uint8Array.of(1))).rejects.toThrow('bytes: got 1 bytes, expected a safetensors file');
  });
  it('a name that the format keeps for itself', async () => {
    await expect(writeSafetensors('w', { __metadata__: array(1) })).rejects.toThrow(
      "__metadata__: got a tensor of this name, expected another; it is the format's own.",
    );
  });
  it('text', async () => {
    const text = tf.tensor1d(['a']);
    await expect(writeSafetensors('w', { text })).rejects.toThrow(
      "text: got dtype string, expected float32 or int32; convert it with .cast('float32').",
    );
    text.dispose();
  });
  it('no folder', async () => {
    await expect(writeSafetensors('no/w.safetensors', { a: array(1) })).rejects.toThrow("no/w.safetensors: there is no folder no; make it first, or correct the path."); // prettier-ignore
  });
});
