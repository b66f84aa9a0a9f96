import * as tf from '@tensorflow/tfjs-node';
import { fromCompactLstm, lstm, lstmCompact, toCompactLstm } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const sizes = { inputSize: 3, hiddenSize: 4 };
const plain = (record: Readonly<Record<string, tf.Tensor>>): unknown =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value.arraySync()]));

describe('lstmCompact', () => {
  test('is the LSTM whose parameters were converted', () => {
    tf.tidy(() => {
      const params = lstm.init({ ...sizes, rng: rng(1) });
      const xs = normalTensor(rng(2), [2, 5, 3]);
      const named = unroll(lstm, params, xs);
      const compact = unroll(lstmCompact, toCompactLstm(params), xs);
      expect(compact.outputs.sub(named.outputs).abs().max().dataSync()[0]).toBeLessThan(1e-6);
      expect(compact.final.c.sub(named.final.c).abs().max().dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  test('there and back, the parameters are the same numbers, and no tensor is left over', () => {
    const params = lstm.init({ ...sizes, rng: rng(1) });
    const before = tf.memory().numTensors;
    const compact = toCompactLstm(params);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect([compact.W.shape, compact.b.shape]).toEqual([[7, 16], [16]]);
    const back = fromCompactLstm(compact);
    expect(tf.memory().numTensors).toBe(before + 14);
    expect(plain(back)).toEqual(plain(params));
    tf.dispose([compact, back, params]);
  });

  test('init draws what the LSTM draws, in two tensors', () => {
    const before = tf.memory().numTensors;
    const params = lstmCompact.init({ ...sizes, rng: rng(1) });
    expect(tf.memory().numTensors).toBe(before + 2);
    const named = lstm.init({ ...sizes, rng: rng(1) });
    expect(plain(fromCompactLstm(params))).toEqual(plain(named));
  });

  test('says what does not fit', () => {
    const params = lstmCompact.init({ ...sizes, rng: rng(1) });
    expect(lstmCompact.sizes(params)).toEqual(sizes);
    expect(() => fromCompactLstm({ ...params, b: tf.zeros([12]) })).toThrow(
      'W: got shape [7, 16], expected [rows, gates = 12]; the last axis must match b.',
    );
    const reason = 'there are 4 gates, and h stands below x.';
    expect(() => fromCompactLstm({ W: tf.zeros([7, 15]), b: tf.zeros([15]) })).toThrow(
      `W: got shape [7, 15], expected [input + hidden, 4 hidden]; ${reason}`,
    );
    expect(() => fromCompactLstm({ W: tf.zeros([4, 16]), b: tf.zeros([16]) })).toThrow(
      `W: got shape [4, 16], expected [input + hidden, 4 hidden]; ${reason}`,
    );
    const named = lstm.init({ ...sizes, rng: rng(1) });
    expect(() => toCompactLstm({ ...named, Whf: tf.zeros([4, 5]) })).toThrow('Whf: got shape [4, 5], ');
  });
});
