import * as tf from '@tensorflow/tfjs-node';
import { lstm as cell, lstmPeepholeWith, type LstmParams } from 'kernel-lib/cells';
import { lstm } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { unroll } from 'kernel-lib/sequence';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../cells/reference/case';

const g = rng(3);
const params = cell.init({ inputSize: 3, hiddenSize: 5, rng: g });
const xs = normalTensor(g, [4, 9, 3]);
const initialState = { h: normalTensor(g, [4, 5]), c: normalTensor(g, [4, 5]) };
const mask = tf.tensor2d(Array.from({ length: 36 }, () => Number(g.uniform() < 0.6)), [4, 9]); // prettier-ignore

const looking = (...peepholes: ('i' | 'f' | 'o')[]) => ({
  name: `peepholes ${peepholes.join(' ')}`,
  cell: lstmPeepholeWith({ peepholes }) as unknown as typeof cell,
  weights: { ...params, ...Object.fromEntries(peepholes.map((gate) => [`p${gate}`, normalTensor(g, [5], 0.5)])) },
});
const cells = [{ name: 'lstm', cell, weights: params }, looking('i', 'f', 'o'), looking('o'), looking('i', 'f')];
const ways = [{}, { initialState }, { initialState, mask }, { initialState, mask, reverse: true }];

describe.each(cells)('the native LSTM and the cell, $name', ({ cell, weights }) => {
  test.each(ways)('agree, outputs and every gradient: %#', (options) => {
    const names = Object.keys(weights) as (keyof LstmParams)[];
    const gradientsOf = (way: typeof lstm): number[][] =>
      tf.tidy(() => {
        const error = (...values: tf.Tensor[]): tf.Scalar => {
          const given = Object.fromEntries(names.map((name, k) => [name, values[k]])) as unknown as LstmParams;
          const { outputs, final } = way(given, values.at(-1) as tf.Tensor3D, options);
          return outputs.square().sum().add<tf.Scalar>(final.c.sum());
        };
        const { value, grads } = tf.valueAndGrads(error)([...names.map((name) => weights[name]), xs]);
        return [value, ...grads].map((tensor) => [...tensor.dataSync<'float32'>()]);
      });
    const [got, expected] = [
      gradientsOf(lstm),
      gradientsOf((given, all, options) => unroll(cell, given, all as tf.Tensor3D, options)),
    ];
    expect(got).toHaveLength(names.length + 2);
    got.forEach((numbers, k) => {
      expect(relativeError(numbers, expected[k] ?? []), names[k - 1] ?? 'xs, value').toBeLessThan(1e-5);
    });
  });

  test('leave as many tensors', () => {
    const before = tf.memory().numTensors;
    tf.dispose(lstm(weights, xs, { mask }));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the native LSTM', () => {
  test.each([
    [
      { Whi: tf.zeros([5, 4]) },
      'Whi: got shape [5, 4], expected [hidden, hidden]; axis 1 has size 4 where 5 is needed.',
    ],
    [{ bo: tf.zeros([4]) }, 'bo: got shape [4], expected [cell = 5]; it must match Whi.'],
    [
      { Wxg: tf.zeros([2, 5]) },
      'Wxg: got shape [2, 5], expected [input = 3, cell = 5]; it must match Whi and the other gates.',
    ],
    [{ po: tf.zeros([4]) }, 'po: got shape [4], expected [hidden = 5]; it must match Whi.'],
    [{ bg: tf.zeros([5], 'int32') }, "bg: got dtype int32, expected float32; convert it with bg.cast('float32')."],
    [{ Whf: undefined }, 'Whf: got undefined, expected a tensor; make one with tf.tensor(...).'],
  ])('refuses weights that do not fit each other: %#', (wrong, message) => {
    expect(() => lstm({ ...params, ...wrong } as LstmParams, xs)).toThrow(message);
  });

  test('refuses a sequence of other features', () => {
    expect(() => lstm(params, tf.zeros([4, 9, 2]))).toThrow(
      'xs: got shape [4, 9, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    );
  });
});
