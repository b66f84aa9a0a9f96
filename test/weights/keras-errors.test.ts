import * as tf from '@tensorflow/tfjs-node';
import { fromKeras, readNpz, toKeras, writeNpz, type FromKerasOptions, type WeightRecord } from 'kernel-lib/weights';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { draw } from './draw';

const file = (name: string): string => new URL(`../golden/weights/${name}`, import.meta.url).pathname;
const array = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});
const lstm = [array(3, 20), array(5, 20), array(20)];

let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

describe('fromKeras says in one sentence what is wrong', () => {
  test.each<[string, Parameters<typeof fromKeras>[0], string, FromKerasOptions?]>([
    ['an empty list', [], 'weights: got an empty list, expected kernel, recurrent kernel and bias.'],
    [
      'a kernel alone',
      [array(3, 20)],
      'weights[0]: got nothing after it, expected a recurrent kernel, as in get_weights().',
    ],
    ['one direction', lstm, 'weights: got 1 directions, expected an even number, forward and backward by turns.', { bidirectional: true }], // prettier-ignore
    [
      'no names',
      {},
      'weights: got no names, expected kernel and recurrent_kernel, cell/vars/0 and 1, or arr_0 and arr_1.',
    ],
    [
      'a dense layer',
      { 'dense/kernel': array(3, 4) },
      'weights: got dense/kernel, expected kernel and recurrent_kernel',
    ],
    [
      'another prefix',
      { 'lstm/kernel': array(3, 4) },
      "weights: got no names after 'gru/', expected",
      { prefix: 'gru/' },
    ],
    [
      'no kernel',
      { 'lstm/recurrent_kernel': array(5, 20) },
      'lstm/: got no kernel, expected one; save the whole layer.',
    ],
    ['no recurrent kernel', { 'layers/b/forward_layer/cell/vars/1': array(5, 20), 'layers/b/backward_layer/cell/vars/0': array(3, 20) }, 'layers/b/layer/cell/vars/: got no kernel'], // prettier-ignore
    ['half of a direction', { 'b/forward_l/kernel': array(3, 20), 'b/forward_l/recurrent_kernel': array(5, 20) }, 'b/l/: got the forward direction, expected both; save the whole layer.'], // prettier-ignore
    ['both directions where one was told', { 'b/forward_l/kernel': array(3, 20), 'b/forward_l/recurrent_kernel': array(5, 20), 'b/backward_l/kernel': array(3, 20), 'b/backward_l/recurrent_kernel': array(5, 20) }, 'bidirectional: got weights of both directions, expected one direction.', { bidirectional: false }], // prettier-ignore
    ['two gates', [array(3, 10), array(5, 10)], 'weights[1]: got shape [5, 10], expected 1 (SimpleRNN), 3 (GRU) or 4 (LSTM) times as many columns as rows.'], // prettier-ignore
    ['a GRU without bias', [array(3, 15), array(5, 15)], "weights[1]: got a GRU without a bias; tell by cell whether it is 'gru' or 'gru (reset before)'."], // prettier-ignore
    ['another cell than told', lstm, "weights[1]: got shape [5, 20], expected [units = 5, columns = 15]; the 3 gates of 'gru' stand side by side.", { cell: 'gru' }], // prettier-ignore
    ['a GRU with one bias', [array(3, 15), array(5, 15), array(15)], 'weights[2]: got shape [15], expected [2, columns = 15]; it has 1 axis where 2 are needed.', { cell: 'gru' }], // prettier-ignore
    ['a GRU with two biases', [array(3, 15), array(5, 15), array(2, 15)], 'weights[2]: got shape [2, 15], expected [columns = 15]', { cell: 'gru (reset before)' }], // prettier-ignore
    ['another kernel', [array(3, 16), array(5, 20), array(20)], 'weights[0]: got shape [3, 16], expected [input, columns = 20]; it must match weights[1].'], // prettier-ignore
    [
      'layers that do not fit',
      [...lstm, ...lstm],
      'layers[1]: got input size 3, expected 5, as wide as layers[0] puts out.',
    ],
    ['a cell that Keras does not have', lstm, "cell: got 'lstm (projection)', expected 'rnn', 'gru', 'gru (z replaces)', 'gru (reset before)', 'gru (reset before, z replaces)' or 'lstm'; Keras computes no other of these cells.", { cell: 'lstm (projection)' as never }], // prettier-ignore
    [
      'a hole in a list',
      [array(3, 20), array(5, 20), undefined as never],
      'weights[2]: got undefined, expected a tensor or { shape, data }',
    ],
    [
      'no arrays',
      [1, 2] as never,
      'weights[1]: got 2, expected a tensor or { shape, data } with a shape of whole numbers.',
    ],
  ])('%s', (_, weights, message, options) => {
    expect(() => fromKeras(weights, options)).toThrow(message);
  });
});

it('toKeras refuses a cell that Keras does not have', () => {
  tf.tidy(() => {
    const layers = draw('lstm (projection)', 1, false);
    expect(() => toKeras(layers as never, { cell: 'lstm (projection)' as never })).toThrow(
      "cell: got 'lstm (projection)', expected 'rnn'",
    );
  });
});

describe('files', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['of torch.save', file('torch-pickle.pt'), 'torch-pickle.pt: this is a pickle, a program that would run'],
    ['of Python', Uint8Array.of(0x80, 4, 0x95), 'bytes: this is a pickle'],
    ['of safetensors', file('torch-rnn.safetensors'), 'this is no .npz file, which is a zip archive; give a file that np.savez wrote.'], // prettier-ignore
    ['of objects', file('numpy-objects.npz'), 'numpy-objects.npz: w.npy: got Python objects, expected numbers'],
    ['of integers', file('numpy-integers.npz'), 'numpy-integers.npz: w.npy: got numbers of type <i8'],
    ['of nobody', 'no.npz', 'no.npz: there is no such file; correct the path.'],
  ])('%s', async (_, source, message) => {
    await expect(readNpz(source)).rejects.toThrow(message);
  });

  test.each<[string, () => WeightRecord, string]>([
    [
      'integers',
      () => ({ w: tf.tensor1d([1], 'int32') }),
      "w: got dtype int32, expected float32; convert it with w.cast('float32').",
    ],
    ['a disposed tensor', () => ({ w: disposed() }), 'w: got a disposed tensor'],
    [
      'a folder that is not there',
      () => ({ w: array(1) }),
      'no/w.npz: there is no folder no; make it first, or correct the path.',
    ],
  ])('%s', async (_, make, message) => {
    const record = make();
    await expect(writeNpz('no/w.npz', record)).rejects.toThrow(message);
    tf.dispose(record as never);
  });
});

function disposed(): tf.Tensor {
  const tensor = tf.tensor1d([1]);
  tensor.dispose();
  return tensor;
}
