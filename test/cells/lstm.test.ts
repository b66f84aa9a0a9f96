import * as tf from '@tensorflow/tfjs-node';
import { lstm, lstmWith } from 'kernel-lib/cells';
import { identity, rng } from 'kernel-lib/tensor';
import { unroll } from 'kernel-lib/sequence';
import { afterAll, describe, expect, test } from 'vitest';

describe('lstm', () => {
  const params = lstm.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
  afterAll(() => {
    tf.dispose(params);
  });

  test('step is the equations', () => {
    const logistic = (a: number): number => 1 / (1 + Math.exp(-a));
    const one = (value: number): tf.Tensor2D => tf.tensor2d([[value]]);
    const gate = (k: string, Wx: number, Wh: number, b: number) => ({
      [`Wx${k}`]: one(Wx),
      [`Wh${k}`]: one(Wh),
      [`b${k}`]: tf.tensor1d([b]),
    });
    const [x, h, c] = [0.3, -0.4, 0.7];
    const i = logistic(1 * x + 0.5 * h + 0.1);
    const f = logistic(2 * x + 0.6 * h + 0.2);
    const o = logistic(3 * x + 0.7 * h + 0.3);
    const g = Math.tanh(4 * x + 0.8 * h + 0.4);
    tf.tidy(() => {
      const numbers = { ...gate('i', 1, 0.5, 0.1), ...gate('f', 2, 0.6, 0.2), ...gate('o', 3, 0.7, 0.3) };
      const next = lstm.step({ ...numbers, ...gate('g', 4, 0.8, 0.4) } as never, one(x), { h: one(h), c: one(c) });
      expect(next.c.dataSync()[0]).toBeCloseTo(f * c + i * g, 6);
      expect(next.h.dataSync()[0]).toBeCloseTo(o * Math.tanh(f * c + i * g), 6);
    });
  });

  test('init draws the same parameters for the same seed, each gate its own', () => {
    const draw = (seed: number): number[][] => {
      const drawn = lstm.init({ inputSize: 3, hiddenSize: 4, rng: rng(seed) });
      const values = Object.values(drawn).map((tensor) => [...tensor.dataSync()]);
      tf.dispose(drawn);
      return values;
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(params.Whi.equal(params.Whf).all().dataSync()[0]).toBe(0);
  });

  test('init draws twelve tensors: Glorot, orthogonal, biases zero but for the forget gate', () => {
    const before = tf.memory().numTensors;
    const drawn = lstm.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    expect(tf.memory().numTensors).toBe(before + 12);
    tf.tidy(() => {
      const { Wxg, Who, bi, bf, bo, bg } = drawn;
      expect(Math.max(...Wxg.abs().dataSync())).toBeLessThanOrEqual(Math.sqrt(6 / 7));
      expect(Who.matMul(Who, true).sub(tf.eye(4)).abs().max().dataSync()[0]).toBeLessThan(1e-6);
      expect([bi, bf, bo, bg].map((b) => [...b.dataSync()])).toEqual([0, 1, 0, 0].map((b) => Array<number>(4).fill(b)));
    });
    tf.dispose(drawn);
  });

  test('init takes unitForgetBias and other initializers', () => {
    tf.tidy(() => {
      const drawn = lstm.init({
        inputSize: 3,
        hiddenSize: 4,
        rng: rng(1),
        unitForgetBias: false,
        initializers: { Wh: identity, Wx: (_, shape) => tf.ones([...shape]) },
      });
      expect([...drawn.bf.dataSync()]).toEqual([0, 0, 0, 0]);
      expect(drawn.Whf.arraySync()).toEqual(tf.eye(4).arraySync());
      expect(drawn.Wxo.arraySync()).toEqual(tf.ones([3, 4]).arraySync());
    });
  });

  test('init says which size is none', () => {
    expect(() => lstm.init({ inputSize: 0, hiddenSize: 4, rng: rng(1) })).toThrow(
      'inputSize: got 0, expected a positive integer.',
    );
    expect(() => lstm.init({ inputSize: 3, hiddenSize: 1.5, rng: rng(1) })).toThrow(
      'hiddenSize: got 1.5, expected a positive integer.',
    );
  });

  test('sizes tells the sizes of parameters that fit, and what does not fit of others', () => {
    expect(lstm.sizes(params)).toEqual({ inputSize: 3, hiddenSize: 4 });
    const sizesWith = (changed: object) => () => lstm.sizes({ ...params, ...changed });
    expect(sizesWith({ Whi: tf.zeros([4, 5]) })).toThrow(
      'Whi: got shape [4, 5], expected [hidden, hidden]; axis 1 has size 5 where 4 is needed.',
    );
    expect(sizesWith({ Whg: tf.zeros([4, 5]) })).toThrow(
      'Whg: got shape [4, 5], expected [hidden = 4, cell = 4]; it must match Whi.',
    );
    expect(sizesWith({ Wxf: tf.zeros([2, 4]) })).toThrow(
      'Wxf: got shape [2, 4], expected [input = 3, cell = 4]; it must match Whi and the other gates.',
    );
    expect(sizesWith({ bo: tf.zeros([5]) })).toThrow('bo: got shape [5], expected [cell = 4]; it must match Whi.');
    expect(sizesWith({ Wxo: undefined })).toThrow(
      'Wxo: got undefined, expected a tensor; make one with tf.tensor(...).',
    );
  });

  test('a state without c is refused by name', () => {
    const h = tf.zeros<tf.Rank.R2>([2, 4]);
    expect(() => unroll(lstm, params, tf.zeros([2, 5, 3]), { initialState: { h } as never })).toThrow(
      "initialState: got { h }, expected { h, c }; give every part that the cell 'lstm' carries.",
    );
  });

  test('unrolling leaves the outputs and the two parts of the state behind', () => {
    const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
    const before = tf.memory().numTensors;
    const unrolled = unroll(lstm, params, xs);
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([xs, unrolled.outputs, ...Object.values(unrolled.final)]);
  });
});

describe('lstmWith', () => {
  test('names the activations that were asked for', () => {
    expect(lstmWith().name).toBe('lstm');
    expect(lstmWith({ gateActivation: 'hard_sigmoid', candidateActivation: 'relu' }).name).toBe(
      'lstm (gate hard_sigmoid, candidate relu)',
    );
  });

  test('says which activation it does not know', () => {
    expect(() => lstmWith({ candidateActivation: 'gelu' as 'tanh' })).toThrow(
      "candidateActivation: got 'gelu', expected 'tanh', 'sigmoid', ",
    );
  });
});
