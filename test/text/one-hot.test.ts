import * as tf from '@tensorflow/tfjs-node';
import { batches } from 'kernel-lib/text/batches';
import { batchTensors, oneHot } from 'kernel-lib/text/one-hot';
import { windows } from 'kernel-lib/text/windows';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

describe('oneHot', () => {
  it('has a single 1 a row', () => {
    const hot = oneHot([0, 2, 1], 3);
    expect(hot.dtype).toBe('float32');
    expect(hot.arraySync()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    hot.dispose();
  });

  it('takes typed arrays, and rows as a batch', () => {
    const hot = oneHot([Int32Array.from([1, 0]), Int32Array.from([1, 1])], 2);
    expect(hot.shape).toEqual([2, 2, 2]);
    expect([...hot.dataSync()]).toEqual([0, 1, 1, 0, 0, 1, 0, 1]);
    hot.dispose();
    const one = oneHot(Int32Array.from([0]), 1);
    expect(one.arraySync()).toEqual([[1]]);
    one.dispose();
  });

  it('says which id does not fit, before anything native runs', () => {
    expect(() => oneHot([0, 3], 3)).toThrow('oneHot: ids[1] is 3; expected an integer from 0 to 2');
    expect(() => oneHot([-1], 3)).toThrow('ids[0] is -1');
    expect(() => oneHot([0.5], 3)).toThrow('ids[0] is 0.5');
    expect(() => oneHot([[0], [7]], 3)).toThrow('oneHot: ids[1][0] is 7');
    expect(() => oneHot([[0, 1], [1]], 3)).toThrow('ids[1] has 1 ids; expected 2, as many as ids[0]');
    expect(() => oneHot([], 3)).toThrow('ids is empty');
    expect(() => oneHot([0], 0)).toThrow('size is 0; expected an integer of at least 1');
  });
});

describe('batchTensors', () => {
  const cut = windows(Int32Array.from([0, 1, 2, 0, 1]), { length: 2 });

  it('gives one-hot inputs and target ids of the shapes the model reads', () => {
    const [batch] = batches(cut, { size: 2 });
    if (batch === undefined) throw new Error('no batch');
    const { xs, targets } = batchTensors(batch, 3);
    expect(xs.shape).toEqual([2, 2, 3]);
    expect(xs.arraySync()).toEqual([
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
      ],
    ]);
    expect(targets.dtype).toBe('int32');
    expect(targets.arraySync()).toEqual([
      [1, 2],
      [2, 0],
    ]);
    tf.dispose([xs, targets]);
  });

  it('gives one target a row when only the last was asked for', () => {
    const [batch] = batches(cut, { size: 3, targets: 'last' });
    if (batch === undefined) throw new Error('no batch');
    const { xs, targets } = batchTensors(batch, 3);
    expect(targets.arraySync()).toEqual([2, 0, 1]);
    tf.dispose([xs, targets]);
  });

  it('refuses ids of another vocabulary', () => {
    const [batch] = batches(cut, { size: 2 });
    if (batch === undefined) throw new Error('no batch');
    expect(() => batchTensors(batch, 2)).toThrow('batchTensors: inputs[3] is 2; expected an integer from 0 to 1');
  });
});
