import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { rnn, type RnnParams } from 'kernel-lib/cells';
import { truncatedBptt, unroll, unrollTruncated } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';
import { anyCells } from './golden';
import { expectClose, forAll } from './properties';

describe.each(anyCells)('unrollTruncated $name', (cell) => {
  test('gives the numbers of the whole walk, whatever the window', () => {
    forAll(cell, ({ params, xs, lengths, initialState, time, g }) => {
      const window = 1 + g.integer(time + 2);
      for (const padding of ['zeros', 'carried'] as const) {
        const options = { lengths, initialState, padding };
        const cut = unrollTruncated(cell, params, xs, { ...options, window });
        const whole = unroll(cell, params, xs, options);
        expectClose({ outputs: cut.outputs }, { outputs: whole.outputs });
        expectClose(cut.final, whole.final);
      }
    });
  });

  test('stops the gradient at the border: nothing before the last window has a say in its end', () => {
    forAll(cell, ({ params, xs, time, g }) => {
      const window = 1 + g.integer(time - 1);
      const last = window * (Math.ceil(time / window) - 1);
      const slope = (walk: (x: tf.Tensor3D) => tf.Tensor3D): tf.Tensor =>
        tf.grad((x) =>
          walk(x as tf.Tensor3D)
            .slice([0, last])
            .sum(),
        )(xs);
      const cut = slope((x) => unrollTruncated(cell, params, x, { window }).outputs);
      expect(cut.slice([0, 0], [-1, last]).abs().max().dataSync()[0]).toBe(0);
      expect(cut.slice([0, last]).abs().max().dataSync()[0]).toBeGreaterThan(0);

      const start = unroll(cell, params, xs.slice([0, 0], [-1, last])).final;
      const alone = tf.grad(
        (x) => unroll(cell, params, x as tf.Tensor3D, { initialState: start }).outputs.sum(), // prettier-ignore
      )(xs.slice([0, last]));
      expectClose({ dxs: cut.slice([0, last]) }, { dxs: alone });
    });
  });
});

/** An RNN with a long sequence, for the caller's tidy to free. */
function problem() {
  const g = rng(11);
  const params: RnnParams = {
    ...rnn.init({ inputSize: 3, hiddenSize: 4, rng: g }),
    bh: normalTensor(g, [4], 0.3),
  };
  return { params, xs: normalTensor(g, [2, 10, 3]), dOutputs: normalTensor(g, [2, 10, 4]), lengths: [10, 5] };
}

describe('truncated backpropagation through time', () => {
  test('in one or window by window, is the sum of the windows walked back by hand', () => {
    tf.tidy(() => {
      const { params, xs, dOutputs } = problem();
      const window = 4;
      const byHand: Record<string, tf.Tensor> = {};
      let state = rnn.initialState(params, 2);
      for (let start = 0; start < 10; start += window) {
        const size = Math.min(window, 10 - start);
        const [x, d] = [xs.slice([0, start], [-1, size]), dOutputs.slice([0, start], [-1, size])];
        const { dWxh, dWhh, dbh } = bptt.rnn(params, x, d, { initialState: state });
        for (const [name, value] of Object.entries({ dWxh, dWhh, dbh })) {
          byHand[name] = byHand[name]?.add(value) ?? value;
        }
        state = unroll(rnn, params, x, { initialState: state }).final;
      }

      const byWindow: Record<string, tf.Tensor> = {};
      const weights = Object.values(params) as tf.Tensor[];
      const names = Object.keys(params);
      const of = (values: tf.Tensor[]): RnnParams =>
        Object.fromEntries(names.map((name, i) => [name, values[i]])) as never;
      truncatedBptt(rnn, params, xs, { window }, ({ start, end, outputs }) => {
        const d = dOutputs.slice([0, start], [-1, end - start]);
        tf.grads((...values) => outputs(of(values)).mul(d).sum())(weights).forEach((gradient, i) => {
          const name = `d${names[i] ?? ''}`;
          byWindow[name] = tf.keep(byWindow[name]?.add(gradient) ?? gradient);
        });
      });
      const atOnce = tf.grads((...values) =>
        unrollTruncated(rnn, of(values), xs, { window }).outputs.mul(dOutputs).sum(),
      )(weights);
      const whole = bptt.rnn(params, xs, dOutputs);
      names.forEach((name, i) => {
        const expected = byHand[`d${name}`]?.arraySync() as Nested;
        expect(relativeError(atOnce[i]?.arraySync() as Nested, expected), name).toBeLessThan(1e-5);
        expect(relativeError(byWindow[`d${name}`]?.arraySync() as Nested, expected), name).toBeLessThan(1e-5);
        const untruncated = whole[`d${name}` as 'dWhh'].arraySync() as Nested;
        expect(relativeError(untruncated, expected), name).toBeGreaterThan(1e-3);
      });
      tf.dispose(byWindow);
    });
  });

  test('carries the state through parameters that change, and ends in the last one', () => {
    tf.tidy(() => {
      const { params, xs, lengths } = problem();
      const variables = { ...params, Whh: tf.variable(params.Whh) };
      const optimizer = tf.train.sgd(0.5);
      const seen: number[][] = [];
      const final = truncatedBptt(rnn, variables, xs, { window: 3, lengths }, ({ start, end, outputs }) => {
        optimizer.minimize(() => outputs().square().sum());
        seen.push([start, end]);
      });
      expect(seen).toEqual([[0, 3], [3, 6], [6, 9], [9, 10]]); // prettier-ignore

      const other = { ...params, Whh: tf.variable(params.Whh) };
      let state = rnn.initialState(params, 2);
      for (const [start = 0, end = 0] of seen) {
        const mask = tf.tensor2d(
          lengths.map((length) => Array.from({ length: end - start }, (_, t) => +(start + t < length))),
        );
        const walk = () =>
          unroll(rnn, other, xs.slice([0, start], [-1, end - start]), { mask, padding: 'zeros', initialState: state });
        const next = walk().final;
        optimizer.minimize(() => walk().outputs.square().sum());
        state = next;
      }
      expectClose({ Whh: variables.Whh }, { Whh: other.Whh });
      expectClose(final, state);
      variables.Whh.dispose();
      other.Whh.dispose();
    });
  });

  test('leaves the last state and nothing else behind, when training throws too', () => {
    const { params, xs, dOutputs, lengths } = problem();
    const before = tf.memory().numTensors;
    const final = truncatedBptt(rnn, params, xs, { window: 4, lengths }, ({ outputs }) => {
      tf.ones([3]).square();
      outputs();
      outputs();
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose(final);
    tf.dispose({ ...unrollTruncated(rnn, params, xs, { window: 4, lengths }) });
    expect(() =>
      truncatedBptt(rnn, params, xs, { window: 4 }, ({ outputs }) => {
        outputs();
        throw new Error('training broke');
      }),
    ).toThrow('training broke');
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([params, xs, dOutputs]);
  });

  test('says what does not fit', () => {
    const { params, xs } = problem();
    const before = tf.memory().numTensors;
    const nothing = (): void => undefined;
    for (const walk of [
      (window: number, x = xs) => unrollTruncated(rnn, params, x, { window }),
      (window: number, x = xs) => truncatedBptt(rnn, params, x, { window }, nothing),
    ]) {
      expect(() => walk(0)).toThrow(new Error('window: got 0, expected a positive integer.'));
      expect(() => walk(1.5)).toThrow(new Error('window: got 1.5, expected a positive integer.'));
      expect(() => walk(4, params.Whh as never)).toThrow('xs: got shape [4, 4], expected [batch, time, input = 3]');
    }
    expect(() => truncatedBptt(rnn, params, xs, { window: 4, lengths: [11, 1] }, nothing)).toThrow(
      new Error('lengths[0]: got 11, expected an integer from 1 to time = 10.'),
    );
    expect(() => truncatedBptt(rnn, params, xs, { window: 4 }, nothing)).toThrow(
      new Error('train: got no call of outputs() for the steps 0 to 4, expected one; the state is carried by it.'),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
