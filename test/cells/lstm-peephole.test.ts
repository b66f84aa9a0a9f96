import * as tf from '@tensorflow/tfjs-node';
import { lstm, lstmPeephole, lstmPeepholeWith, type LstmPeepholeCell } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const sizes = { inputSize: 3, hiddenSize: 4 };

/** h_1 and c_1 from x = 0, h_0 = 0 and c_0 = 1, weights and biases zero and pk = 2 for each k. */
function firstStep(cell: LstmPeepholeCell): Record<'h' | 'c', number> {
  return tf.tidy(() => {
    const params = lstmPeephole.init({ inputSize: 1, hiddenSize: 1, rng: rng(1), unitForgetBias: false });
    const zero = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.zerosLike(value)]));
    const peepholes = { pi: tf.tensor1d([2]), pf: tf.tensor1d([2]), po: tf.tensor1d([2]) };
    const one = tf.ones<tf.Rank.R2>([1, 1]);
    const { h, c } = cell.step({ ...zero, ...peepholes } as never, tf.zeros([1, 1]), { h: tf.zeros([1, 1]), c: one });
    return { h: h.dataSync()[0] ?? NaN, c: c.dataSync()[0] ?? NaN };
  });
}
const logistic = (a: number): number => 1 / (1 + Math.exp(-a));

describe('lstmPeephole', () => {
  test('i and f look at the memory before the step, o at the one after it', () => {
    const { h, c } = firstStep(lstmPeephole);
    expect(c).toBeCloseTo(logistic(2), 6);
    expect(h).toBeCloseTo(logistic(2 * c) * Math.tanh(c), 6);
  });

  test('a gate without a peephole does not look', () => {
    const onlyO = firstStep(lstmPeepholeWith({ peepholes: ['o'] }) as unknown as LstmPeepholeCell);
    expect(onlyO.c).toBeCloseTo(0.5, 6);
    expect(onlyO.h).toBeCloseTo(logistic(2 * 0.5) * Math.tanh(0.5), 6);
    const notO = firstStep(lstmPeepholeWith({ peepholes: ['i', 'f'] }) as unknown as LstmPeepholeCell);
    expect(notO.c).toBeCloseTo(logistic(2), 6);
    expect(notO.h).toBeCloseTo(0.5 * Math.tanh(notO.c), 6);
  });

  test('init draws an LSTM and zero peepholes, so that it starts as an LSTM without them', () => {
    tf.tidy(() => {
      const before = tf.memory().numTensors;
      const params = lstmPeephole.init({ ...sizes, rng: rng(1) });
      expect(tf.memory().numTensors).toBe(before + 15);
      expect(Object.keys(lstmPeepholeWith({ peepholes: ['f'] }).init({ ...sizes, rng: rng(1) }))).toHaveLength(13);
      expect([...params.bf.dataSync()]).toEqual([1, 1, 1, 1]);
      const xs = normalTensor(rng(2), [2, 5, 3]);
      const expected = unroll(lstm, lstm.init({ ...sizes, rng: rng(1) }), xs).outputs;
      const got = unroll(lstmPeephole, params, xs).outputs;
      expect(got.sub(expected).abs().max().dataSync()[0]).toBe(0);
    });
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    const params = lstmPeephole.init({ ...sizes, rng: rng(1) });
    expect(lstmPeephole.sizes(params)).toEqual(sizes);
    expect(() => lstmPeephole.sizes({ ...params, pf: tf.zeros([5]) })).toThrow(
      'pf: got shape [5], expected [hidden = 4]; it must match Whi.',
    );
    expect(() => lstmPeephole.sizes({ ...params, po: undefined } as never)).toThrow(
      'po: got undefined, expected a tensor; make one with tf.tensor(...).',
    );
    expect(() => lstmPeephole.sizes({ ...params, Who: tf.zeros([4, 3]) })).toThrow(
      'Who: got shape [4, 3], expected [hidden = 4, cell = 4]; it must match Whi.',
    );
  });

  test('names its peepholes and activations, and says which it does not know', () => {
    expect(lstmPeephole.name).toBe('lstm (peepholes i f o)');
    expect(lstmPeepholeWith({ peepholes: ['o'], gateActivation: 'hard_sigmoid' }).name).toBe(
      'lstm (peephole o, gate hard_sigmoid)',
    );
    const expected = 'expected one or more of i, f and o, each once.';
    expect(() => lstmPeepholeWith({ peepholes: ['g' as 'i'] })).toThrow(`peepholes: got [g], ${expected}`);
    expect(() => lstmPeepholeWith({ peepholes: ['i', 'i'] })).toThrow(`peepholes: got [i, i], ${expected}`);
    expect(() => lstmPeepholeWith({ peepholes: [] })).toThrow(`peepholes: got [], ${expected}`);
    expect(() => lstmPeepholeWith({ outputActivation: 'gelu' as 'tanh' })).toThrow("outputActivation: got 'gelu', ");
  });
});
