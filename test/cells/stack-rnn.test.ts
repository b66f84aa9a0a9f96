import * as tf from '@tensorflow/tfjs-node';
import { checkState, stackRnnWith, type StackRnnParams } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

const cell = stackRnnWith({ depth: 4 });
const sizes = { inputSize: 3, hiddenSize: 5 };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The paper's equations, element by element in float64. */
function plainStep(p: Record<keyof StackRnnParams, number[][]>, x: number[], h: number[], s: number[], seen: number) {
  const times = (v: number[], W: number[][], j: number): number =>
    v.reduce((sum, value, i) => sum + value * (W[i]?.[j] ?? NaN), 0);
  const next = h.map((_, j) => sigmoid(times(x, p.Wxh, j) + times(h, p.Whh, j) + times(s.slice(0, seen), p.Wsh, j)));
  const [a = NaN, b = NaN] = [0, 1].map((j) => Math.exp(times(next, p.Wha, j)));
  const [push, pop, value] = [a / (a + b), b / (a + b), sigmoid(times(next, p.Whs, 0))];
  const stack = s.map((_, i) => push * (i === 0 ? value : (s[i - 1] ?? NaN)) + pop * (s[i + 1] ?? 0));
  return { h: next, s: stack, push, pop, value };
}

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

describe('a stack RNN', () => {
  test.each([1, 2, 3])('computes the equations, seeing %i values of its stack', (seen) => {
    tf.tidy(() => {
      const stacked = stackRnnWith({ depth: 4, seen });
      const random = rng(seen);
      const params = stacked.init({ ...sizes, rng: random });
      const xs = normalTensor(random, [2, 6, 3]);
      const { outputs, final } = unroll(stacked, params, xs);
      const plain = arrays(params);
      for (const sequence of [0, 1]) {
        let state = { h: [0, 0, 0, 0, 0], s: [0, 0, 0, 0] };
        xs.arraySync()[sequence]?.forEach((x, t) => {
          state = plainStep(plain, x, state.h, state.s, seen);
          state.h.forEach((value, i) => {
            expect(outputs.arraySync()[sequence]?.[t]?.[i]).toBeCloseTo(value, 5);
          });
        });
        state.s.forEach((value, i) => {
          expect(final.s.arraySync()[sequence]?.[i]).toBeCloseTo(value, 5);
        });
      }
    });
  });

  test('shows how much it pushes and pops, which is 1 in all', () => {
    tf.tidy(() => {
      const params = cell.init({ ...sizes, rng: rng(1) });
      const x = normalTensor(rng(2), [1, 3]);
      const state = { h: normalTensor(rng(3), [1, 5]), s: normalTensor(rng(4), [1, 4]) };
      const seen = cell.gates(params, x, state);
      const plain = plainStep(arrays(params), [...x.dataSync()], [...state.h.dataSync()], [...state.s.dataSync()], 2);
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

  test('passes a gradient through its stack to every parameter and to the state before', () => {
    tf.tidy(() => {
      const params = cell.init({ ...sizes, rng: rng(5) });
      const xs = normalTensor(rng(6), [2, 5, 3]);
      const s0 = normalTensor(rng(7), [2, 4]);
      const loss = (...[Wxh, Whh, Wsh, Wha, Whs, s]: tf.Tensor[]): tf.Scalar => {
        const given = { Wxh, Whh, Wsh, Wha, Whs } as unknown as StackRnnParams;
        const initialState = { h: tf.zeros<tf.Rank.R2>([2, 5]), s: s as tf.Tensor2D };
        return unroll(cell, given, xs, { initialState }).final.s.square().sum();
      };
      const { Wxh, Whh, Wsh, Wha, Whs } = params;
      for (const gradient of tf.grads(loss)([Wxh, Whh, Wsh, Wha, Whs, s0])) {
        expect(gradient.abs().max().dataSync()[0]).toBeGreaterThan(1e-5);
      }
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
