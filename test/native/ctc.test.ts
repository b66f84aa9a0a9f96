import * as tf from '@tensorflow/tfjs-node';
import { ctcGreedyDecode, ctcLoss } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../cells/reference/case';

/** Repeats merged, then the blank, the last class, left out. */
const collapse = (path: readonly number[], blank: number): number[] =>
  path.filter((label, t) => label !== path[t - 1]).filter((label) => label !== blank);

/** −ln of the sum over every path there is, in plain float64. */
function bruteForce(logits: readonly number[][], labels: readonly number[]): number {
  const classes = logits[0]?.length ?? 0;
  const probabilities = logits.map((row) => {
    const powers = row.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  });
  const walk = (path: number[], probability: number): number => {
    const row = probabilities[path.length];
    if (row === undefined) return collapse(path, classes - 1).join() === labels.join() ? probability : 0;
    return row.reduce((sum, p, label) => sum + walk([...path, label], probability * p), 0);
  };
  return -Math.log(walk([], 1));
}

const problems: readonly { time: number; classes: number; labels: number[][]; lengths?: number[] }[] = [
  { time: 1, classes: 2, labels: [[0]] },
  { time: 5, classes: 3, labels: [[0, 1], [1, 1], [0]] },
  { time: 6, classes: 4, labels: [[0, 1, 2], [2, 2], [1, 0, 1]], lengths: [6, 3, 4] },
  { time: 3, classes: 5, labels: [[0, 0], [3, 1, 2]] },
]; // prettier-ignore

describe('the CTC loss', () => {
  test.each(problems)('is the sum over all alignments, and so is its gradient: %j', ({ time, classes, labels, lengths }) => {
    const batch = labels.length;
    const logits = normalTensor(rng(1), [batch, time, classes], 2);
    const rows = logits.arraySync();
    const lossOf = (n: number, row: readonly number[][]): number => bruteForce(row.slice(0, lengths?.[n]), labels[n] ?? []);
    const weights = labels.map((_, n) => n + 1);

    const { loss, slope } = tf.tidy(() => {
      const error = (x: tf.Tensor): tf.Tensor => ctcLoss(x as tf.Tensor3D, labels, lengths && { lengths });
      return {
        loss: error(logits).arraySync() as number[],
        slope: tf.grad((x: tf.Tensor) => error(x).mul(weights).sum())(logits).arraySync() as number[][][],
      };
    });
    logits.dispose();

    expect(relativeError(loss, rows.map((row, n) => lossOf(n, row)))).toBeLessThan(1e-5);
    const expected = rows.map((row, n) =>
      row.map((values, t) =>
        values.map((value, k) => {
          const moved = (by: number): number => lossOf(n, row.with(t, values.with(k, value + by)));
          return ((moved(1e-5) - moved(-1e-5)) / 2e-5) * (n + 1);
        }),
      ),
    );
    expect(relativeError(slope, expected)).toBeLessThan(1e-5);
  }); // prettier-ignore

  test('leaves no tensors behind and says nothing on the console', () => {
    const said: unknown[] = [];
    const warn = console.warn;
    console.warn = (...words) => void said.push(...words);
    const logits = normalTensor(rng(1), [2, 5, 3]);
    const before = tf.memory().numTensors;
    tf.grad((x: tf.Tensor) => ctcLoss(x as tf.Tensor3D, [[0, 1], [1]]).sum())(logits).dispose();
    ctcLoss(logits, [[0, 1], [1]]).dispose();
    expect(tf.memory().numTensors).toBe(before);
    console.warn = warn;
    expect(said).toEqual([]);
    logits.dispose();
  });

  test.each([
    [[[0, 1]], {}, 'labels: got 1 lists, expected 2, one for each sequence.'],
    [[[0], []], {}, 'labels[1]: got no labels, expected at least one.'],
    [[[0], [1, 2]], {}, 'labels[1][1]: got 2, expected an integer from 0 to 1 (2 is the blank).'],
    [[[0], [0.5]], {}, 'labels[1][0]: got 0.5, expected an integer from 0 to 1 (2 is the blank).'],
    [[[0, 0, 0], [1]], {}, 'labels[0]: got labels that need 5 time steps, expected at most 4.'],
    [[[0, 1], [1]], { lengths: [1, 4] }, 'labels[0]: got labels that need 2 time steps, expected at most 1.'],
    [[[0], [1]], { lengths: [4] }, 'lengths: got 1 of them, expected 2, one for each sequence.'],
    [[[0], [1]], { lengths: [4, 5] }, 'lengths[1]: got 5, expected an integer from 1 to 4, the time steps of logits.'],
  ])('refuses labels %j with %j', (labels, options, message) => {
    tf.tidy(() => {
      expect(() => ctcLoss(tf.zeros([2, 4, 3]), labels, options)).toThrow(message);
    });
  }); // prettier-ignore

  test('refuses logits that are none', () => {
    tf.tidy(() => {
      expect(() => ctcLoss(tf.zeros([4, 3]) as never, [[0]])).toThrow('logits: got shape [4, 3], expected [batch, time, classes]');
      expect(() => ctcLoss(tf.zeros([1, 4, 3], 'int32'), [[0]])).toThrow('logits: got dtype int32, expected float32');
      expect(() => ctcLoss(tf.zeros([1, 4, 1]), [[0]])).toThrow('logits: got 1 class, expected at least one label');
    });
  }); // prettier-ignore
});

describe('the greedy CTC decoder', () => {
  const paths = [[0, 0, 2, 0, 1, 1], [2, 2, 2, 2, 2, 2], [1, 2, 1, 0, 0, 2]]; // prettier-ignore
  const logits = tf.oneHot(tf.tensor2d(paths, undefined, 'int32'), 3).cast('float32') as unknown as tf.Tensor3D;

  test('merges repeats, then leaves out blanks', () => {
    expect(ctcGreedyDecode(logits)).toEqual([[0, 0, 1], [], [1, 1, 0]]);
    expect(ctcGreedyDecode(logits)).toEqual(paths.map((path) => collapse(path, 2)));
  });

  test('stops where each sequence ends', () => {
    expect(ctcGreedyDecode(logits, { lengths: [2, 6, 3] })).toEqual([[0], [], [1, 1]]);
  });

  test('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    ctcGreedyDecode(logits);
    expect(tf.memory().numTensors).toBe(before);
  });
});
