import * as tf from '@tensorflow/tfjs-node';
import { checkState, stackRnnWith, type StackRnnParams } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { plainStackStep } from './reference/stack-rnn';

const cell = stackRnnWith({ depth: 4 });
const sizes = { inputSize: 3, hiddenSize: 5 };

function arrays(params: StackRnnParams): Record<keyof StackRnnParams, number[][]> {
  const { Wxh, Whh, Wsh, Wha, Whs } = params;
  return {
    Wxh: Wxh.arraySync(),
    Whh: Whh.arraySync(),
    Wsh: Wsh.arraySync(),
    Wha: Wha.arraySync(),
    Whs: Whs.arraySync(),
  };
}

// That it computes the paper's equations, forwards and back, is shown in derivations.test.ts.
describe('a stack RNN', () => {
  test('shows how much it pushes and pops, which is 1 in all', () => {
    tf.tidy(() => {
      const params = cell.init({ ...sizes, rng: rng(1) });
      const x = normalTensor(rng(2), [1, 3]);
      const state = { h: normalTensor(rng(3), [1, 5]), s: normalTensor(rng(4), [1, 4]) };
      const seen = cell.gates(params, x, state);
      const plain = plainStackStep(
        arrays(params),
        [...x.dataSync()],
        [...state.h.dataSync()],
        [...state.s.dataSync()],
        2,
      );
      for (const name of ['push', 'pop', 'value'] as const) {
        expect(seen[name].shape).toEqual([1, 1]);
        expect(seen[name].dataSync()[0]).toBeCloseTo(plain[name], 5);
      }
      expect(plain.push + plain.pop).toBeCloseTo(1);
    });
  });

  test('with its actions set by hand is a stack: last in, first out', () => {
    tf.tidy(() => {
      // one hidden unit an input: push 1, push 1/2, pop
      const large = 40;
      const params: StackRnnParams = {
        Wxh: tf
          .eye(3)
          .mul(2 * large)
          .sub<tf.Tensor2D>(large),
        Whh: tf.zeros([3, 3]),
        Wsh: tf.zeros([2, 3]),
        Wha: tf.tensor2d([
          [large, 0],
          [large, 0],
          [0, large],
        ]),
        Whs: tf.tensor2d([[large], [0], [0]]),
      };
      const xs = tf.oneHot(tf.tensor2d([[0, 1, 2, 2, 2]], undefined, 'int32'), 3).toFloat() as tf.Tensor3D;
      let state = cell.initialState(params, 1);
      const tops = (tf.unstack(xs, 1) as tf.Tensor2D[]).map((x) => {
        state = cell.step(params, x, state);
        return (state.s.arraySync()[0] ?? []).map((value) => Math.round(value * 100) / 100);
      });
      expect(tops).toEqual([
        [1, 0, 0, 0],
        [0.5, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]);
    });
  });

  test('knows its sizes, its state and its name', () => {
    tf.tidy(() => {
      const params = cell.init({ ...sizes, rng: rng(8) });
      expect(cell.sizes(params)).toEqual(sizes);
      const state = cell.initialState(params, 2);
      expect(state.s.shape).toEqual([2, 4]);
      expect(() => {
        checkState('state', state, cell, params, 2);
      }).not.toThrow();
      expect([cell.name, stackRnnWith({ depth: 4, seen: 3 }).name]).toEqual([
        'stack rnn (depth 4)',
        'stack rnn (depth 4, seen 3)',
      ]);
      const ones = cell.init({ ...sizes, rng: rng(8), initializers: { Whs: (_, shape) => tf.ones([...shape]) } });
      expect([...ones.Whs.dataSync()]).toEqual([1, 1, 1, 1, 1]);
    });
  });

  test.each<[object, string]>([
    [{ depth: 1 }, 'depth: got 1, expected at least 2'],
    [{ depth: 2.5 }, 'depth: got 2.5'],
    [{ depth: 3, seen: 4 }, 'seen: got 4, expected at most the depth, 3.'],
  ])('%j is refused', (form, sentence) => {
    expect(() => stackRnnWith(form as never)).toThrow(sentence);
  });

  test.each(['Wxh', 'Whh', 'Wsh', 'Wha', 'Whs'] as const)('refuses %s of another shape', (name) => {
    tf.tidy(() => {
      const params = { ...cell.init({ ...sizes, rng: rng(9) }), [name]: tf.zeros([7, 8]) };
      expect(() => cell.sizes(params)).toThrow(name);
    });
  });
});
