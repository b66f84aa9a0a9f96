import * as tf from '@tensorflow/tfjs-node';
import { rnn, type RnnState } from 'kernel-lib/cells';
import { carriedState, detach, unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const g = rng(1);
const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: g });
const xs = normalTensor(g, [2, 6, 3]);
const first = xs.slice([0, 0, 0], [-1, 3, -1]);
const second = xs.slice([0, 3, 0], [-1, 3, -1]);
const largest = (tensor: tf.Tensor | undefined): number => tf.tidy(() => tensor?.abs().max().dataSync()[0] ?? NaN);

describe('detach', () => {
  test('keeps the numbers', () => {
    const h = normalTensor(g, [2, 4]);
    expect([...detach({ h }).h.dataSync()]).toEqual([...h.dataSync()]);
  });

  test('lets no gradient through: the second window does not reach into the first', () => {
    const error = (cut: (state: RnnState) => RnnState) => (a: tf.Tensor, b: tf.Tensor) => {
      const { final } = unroll(rnn, params, a as tf.Tensor3D);
      return unroll(rnn, params, b as tf.Tensor3D, { initialState: cut(final) }).outputs.sum();
    };
    const [through, beyond] = tf.grads(error((state) => state))([first, second]);
    const [cutThrough, cutBeyond] = tf.grads(error(detach))([first, second]);
    expect(largest(through)).toBeGreaterThan(0.01);
    expect(largest(cutThrough)).toBe(0);
    expect(largest(beyond?.sub(cutBeyond ?? NaN))).toBeLessThan(1e-6);
  });
});

describe('carriedState', () => {
  test('streams windows, each in a tidy of its own, to what the whole sequence gives', () => {
    const whole = unroll(rnn, params, xs);
    const stream = carriedState(rnn.initialState(params, 2));
    const outputs = [first, second].map((window) =>
      tf.tidy(() => {
        const unrolled = unroll(rnn, params, window, { initialState: stream.state });
        stream.carry(unrolled.final);
        return unrolled.outputs;
      }),
    );
    expect(largest(tf.concat(outputs, 1).sub(whole.outputs))).toBeLessThan(1e-6);
    expect(largest(stream.state.h.sub(whole.final.h))).toBeLessThan(1e-6);
    stream.dispose();
  });

  test('holds one state at a time, through training steps too', () => {
    const variables = { ...params, Whh: tf.variable(params.Whh) };
    const start = rnn.initialState(params, 2);
    const before = tf.memory().numTensors;
    const stream = carriedState(start);
    for (const window of [first, second, first]) {
      const { value, grads } = tf.variableGrads(() => {
        const { outputs, final } = unroll(rnn, variables, window, { initialState: stream.state });
        stream.carry(final);
        return outputs.square().mean();
      });
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before + 1);
    }
    stream.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([variables.Whh, start]);
  });

  test('frees its copy and leaves the state it was given to its owner', () => {
    const state = rnn.initialState(params, 2);
    const before = tf.memory().numTensors;
    const stream = carriedState(state);
    stream.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(state.h.isDisposed).toBe(false);
    expect(() => unroll(rnn, params, first, { initialState: stream.state })).toThrow(
      'initialState.h: got a disposed tensor, expected a live one; clone it, or tf.keep it, before its tidy ends.',
    );
    state.h.dispose();
  });
});
