import * as tf from '@tensorflow/tfjs-node';
import { contributions, jacobianProducts, sensitivity, stepJacobian, stepJacobians } from 'kernel-lib/analysis';
import { activationSlope, lstm, rnn, rnnWith, type Params, type State } from 'kernel-lib/cells';
import { singularValues } from 'kernel-lib/native';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng, type Rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells, type AnyCell } from '../sequence/golden';
import { drawPart } from '../sequence/properties';

const largest = (tensor: tf.Tensor): number => tensor.abs().max().dataSync()[0] ?? NaN;
const close = (a: tf.Tensor, b: tf.Tensor): number => largest(a.sub(b)) / Math.max(1e-3, largest(b));
const frobenius = (tensor: tf.Tensor): number => Math.sqrt(tensor.square().sum().dataSync()[0] ?? NaN);

/** The parts of a state side by side [batch, state], and back. */
const joined = (state: State): tf.Tensor2D => tf.concat(Object.values(state), 1);
const parted = (like: State, side: tf.Tensor2D): State => {
  let from = 0;
  const parts = Object.entries(like).map(([name, { shape }]) => {
    from += shape[1];
    return [name, side.slice([0, from - shape[1]], [-1, shape[1]])] as const;
  });
  return Object.fromEntries(parts) as unknown as State;
};
const oneOf = (state: State): State =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, value.slice([0, 0], [1, -1])])) as State;

/** ∂f/∂x [out, in] row by row, each row a backward pass of its own. */
function jacobianByRows(f: (x: tf.Tensor) => tf.Tensor2D, x: tf.Tensor): tf.Tensor2D {
  const rows = f(x).size;
  return tf.stack<tf.Tensor>(
    Array.from({ length: rows }, (_, i) => tf.grad((now: tf.Tensor) => f(now).flatten().gather([i]).sum().add(now.mul(0).sum()))(x).flatten()), // prettier-ignore
  ) as tf.Tensor2D;
}

interface Drawn {
  readonly params: Params;
  readonly xs: tf.Tensor3D;
  readonly initialState: State;
  readonly time: number;
  readonly g: Rng;
}

/** Two problems, each in a tidy of its own: a sequence of several steps in a batch, and a single step. */
function forProblems(cell: AnyCell, property: (drawn: Drawn) => void): void {
  for (const [batch, time, input, hidden] of [
    [2, 4, 3, 3],
    [1, 1, 1, 2],
  ] as const) {
    tf.tidy(() => {
      const g = rng(batch);
      const params = cell.init({ inputSize: input, hiddenSize: hidden, rng: g });
      const zero = Object.entries(cell.initialState(params, batch));
      const parts = zero.map(([part, { shape }]) => [part, drawPart(part, normalTensor(g, shape, 0.5))]);
      const initialState = Object.fromEntries(parts) as State;
      property({ params, xs: normalTensor(g, [batch, time, input]), initialState, time, g });
    });
  }
}

describe.each(anyCells)('the Jacobian of $name', (cell: AnyCell) => {
  test('is row by row what autodiff makes of one sequence', () => {
    forProblems(cell, ({ params, xs, initialState }) => {
      const state = oneOf(initialState);
      const x: tf.Tensor2D = xs.slice([0, 0, 0], [1, 1, -1]).squeeze([1]);
      const J = stepJacobian(cell, params, x, state);
      const expected = jacobianByRows(
        (side) => joined(cell.step(params, x, parted(state, side as tf.Tensor2D))),
        joined(state),
      );
      expect(J.shape).toEqual(expected.shape);
      expect(close(J, expected)).toBeLessThan(1e-4);
    });
  });

  test('taken at every step gives the sensitivity to every input', () => {
    forProblems(cell, ({ params, xs, initialState, time }) => {
      const one: tf.Tensor3D = xs.slice([0, 0, 0], [1, -1, -1]);
      const state = oneOf(initialState);
      const all = sensitivity(cell, params, one, { initialState: state });
      const t = time - 1;
      const outputAt = (x: tf.Tensor): tf.Tensor2D =>
        unroll(cell, params, x as tf.Tensor3D, { initialState: state })
          .outputs.slice([0, t, 0], [1, 1, -1])
          .squeeze([1]);
      const J = jacobianByRows(outputAt, one).reshape([-1, time, one.shape[2]]);
      for (let k = 0; k < time; k++) {
        const expected = frobenius(J.slice([0, k, 0], [-1, 1, -1]));
        expect(Math.abs((all[t]?.[k] ?? NaN) - expected)).toBeLessThan(1e-4 * Math.max(1, expected));
      }
      expect(all[0]?.slice(1)).toEqual(new Array(time - 1).fill(0));
    });
  });

  test('multiplied gives the norm of what the last state keeps of each earlier one', () => {
    forProblems(cell, ({ params, xs, initialState, time }) => {
      const one: tf.Tensor3D = xs.slice([0, 0, 0], [1, -1, -1]);
      const state = oneOf(initialState);
      const { norms, steps } = jacobianProducts(cell, params, one, { initialState: state });
      expect([norms.length, steps.length]).toEqual([time + 1, time]);
      expect(norms[0]).toBeCloseTo(1, 5);
      const last = (side: tf.Tensor): tf.Tensor2D =>
        joined(unroll(cell, params, one, { initialState: parted(state, side as tf.Tensor2D) }).final);
      const whole = jacobianByRows(last, joined(state));
      const expected = singularValues(whole).dataSync()[0] ?? NaN;
      expect(Math.abs((norms[time] ?? NaN) - expected)).toBeLessThan(1e-4 * expected + 1e-6);
      norms.slice(1).forEach((norm, k) => {
        const bound = steps.slice(time - 1 - k).reduce((a, b) => a * b);
        expect(norm).toBeLessThan(bound * 1.001 + 1e-6);
      });
    });
  });

  test('and of its parameters gives what each step contributes to each error', () => {
    forProblems(cell, ({ params, xs, initialState, time, g }) => {
      const dOutputs = normalTensor(g, [xs.shape[0], time, cell.sizes(params).hiddenSize]);
      const shares = contributions(cell, params, xs, dOutputs, { initialState });
      const t = g.integer(time);
      const k = g.integer(t + 1);
      // The same walk, but step k has parameters of its own.
      const errorAt = (...own: tf.Tensor[]): tf.Scalar => {
        const owned = Object.fromEntries(Object.keys(params).map((name, i) => [name, own[i]])) as Params;
        let state = initialState;
        for (let i = 0; i <= t; i++) {
          const x: tf.Tensor2D = xs.slice([0, i, 0], [-1, 1, -1]).squeeze([1]);
          state = cell.step(i === k ? owned : params, x, state);
        }
        const d: tf.Tensor2D = dOutputs.slice([0, t, 0], [-1, 1, -1]).squeeze([1]);
        return tf.addN<tf.Scalar>([state.h.mul(d).sum<tf.Scalar>(), ...own.map((p) => p.mul(0).sum<tf.Scalar>())]);
      };
      const grads = tf.grads(errorAt)(Object.values(params).map((p) => p.clone()));
      Object.keys(params).forEach((name, i) => {
        const expected = frobenius(grads[i] ?? tf.scalar(NaN));
        expect(Math.abs((shares[name]?.[t]?.[k] ?? NaN) - expected), name).toBeLessThan(1e-4 * Math.max(1, expected));
        expect(shares[name]?.[t]?.slice(t + 1)).toEqual(new Array(time - 1 - t).fill(0));
      });
    });
  });

  test('leaves nothing behind', () => {
    const params = cell.init({ inputSize: 2, hiddenSize: 3, rng: rng(1) });
    const xs = normalTensor(rng(2), [1, 3, 2]);
    const before = tf.memory().numTensors;
    sensitivity(cell, params, xs);
    jacobianProducts(cell, params, xs);
    contributions(cell, params, xs, tf.tidy(() => tf.keep(unroll(cell, params, xs).outputs))); // prettier-ignore
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose(stepJacobians(cell, params, xs));
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});

const params = rnn.init({ inputSize: 2, hiddenSize: 4, rng: rng(1) });
const xs = normalTensor(rng(2), [1, 6, 2]);

describe('of a simple recurrent network', () => {
  test.each(['tanh', 'relu', 'sigmoid'] as const)('with %s the Jacobian is diag(f′(a)) Whhᵀ', (activation) => {
    const cell = rnnWith(activation);
    const h = normalTensor(rng(3), [1, 4]);
    const x = normalTensor(rng(4), [1, 2]);
    const J = stepJacobian(cell, params, x, { h });
    const slope = activationSlope(activation, cell.step(params, x, { h }).h);
    expect(close(J, slope.transpose().mul(params.Whh.transpose()))).toBeLessThan(1e-5);
  });

  test('products keep their size where float32 has none: 0.01 to the 80th, and 100', () => {
    const long = tf.zeros<tf.Rank.R3>([1, 80, 2]);
    for (const factor of [0.01, 100]) {
      const scaled = { ...params, Whh: tf.eye(4).mul<tf.Tensor2D>(factor) };
      const { norms } = jacobianProducts(rnn, scaled, long);
      norms.forEach((norm, k) => {
        expect(Math.log10(norm)).toBeCloseTo(k * Math.log10(factor), 4);
      });
    }
    const dead = { ...params, Whh: tf.zerosLike(params.Whh) };
    expect(jacobianProducts(rnn, dead, long).norms.slice(0, 3)).toEqual([1, 0, 0]);
  });
});

describe('of one part of the state', () => {
  // c_t = f ⊙ c_{t-1} + ..., all gates held at 1/2 by their biases.
  const open = lstm.init({ inputSize: 2, hiddenSize: 3, rng: rng(5) });
  const still = Object.fromEntries(Object.entries(open).map(([name, p]) => [name, tf.zerosLike(p)])) as typeof open;

  test('the cell of an LSTM keeps the forget gate of itself', () => {
    const { norms, steps } = jacobianProducts(lstm, still, xs, { part: 'c' });
    norms.forEach((norm, k) => {
      expect(norm).toBeCloseTo(0.5 ** k, 5);
    });
    // h hears of c as well: with all parts a step is longer than 1/2
    for (const step of steps) expect(step).toBeCloseTo(0.5, 5);
    expect(jacobianProducts(lstm, still, xs, { part: 'h' }).norms.slice(1)).toEqual(new Array(6).fill(0));
  });

  test('sensitivity of c is not that of h', () => {
    const [h, c] = ['h', 'c'].map((part) => sensitivity(lstm, open, xs, { part }));
    expect(sensitivity(lstm, open, xs)).toEqual(h);
    expect(c?.[5]?.[0]).not.toBe(h?.[5]?.[0]);
  });

  test('is one that the cell carries', () => {
    const said = "part: got 'd', expected 'h' or 'c'; name a part of the state that the cell carries.";
    expect(() => sensitivity(lstm, open, xs, { part: 'd' })).toThrow(said);
    expect(() => jacobianProducts(lstm, open, xs, { part: 'd' })).toThrow(said);
  });
});

describe('bad input', () => {
  const two = tf.zeros<tf.Rank.R3>([2, 6, 2]);
  test.each([sensitivity, jacobianProducts, stepJacobians])('$name takes one sequence', (f) => {
    expect(() => f(rnn, params, two)).toThrow(
      'xs: got shape [2, 6, 2], expected [batch = 1, time, input]; a Jacobian is that of one sequence: slice it out of its batch.',
    );
    expect(() => f(rnn, params, tf.zeros([1, 6, 3]))).toThrow('xs: got shape [1, 6, 3], expected');
    const initialState = { h: tf.zeros<tf.Rank.R2>([2, 4]) };
    expect(() => f(rnn, params, xs, { initialState })).toThrow('initialState.h: got shape [2, 4]');
  });

  test('says what is not finite, and where', () => {
    const wild = { ...params, Whh: params.Whh.mul<tf.Tensor2D>(1e30) };
    const linear = rnnWith('linear');
    expect(() => sensitivity(linear, wild, tf.ones([1, 6, 2]).mul(1e30))).not.toThrow();
    const nan = xs.mul<tf.Tensor3D>(NaN);
    expect(() => sensitivity(rnn, params, nan)).toThrow(
      /^∂s_t\/∂s_\{t-1\} \[time, state, state\]: got \d+ of 96 numbers/,
    );
  });

  test('of a step and of contributions', () => {
    const h = tf.zeros<tf.Rank.R2>([1, 4]);
    expect(() => stepJacobian(rnn, params, tf.zeros([2, 2]), { h })).toThrow(
      'x: got shape [2, 2], expected [batch = 1, input = 2]',
    );
    expect(() => stepJacobian(rnn, params, tf.zeros([1, 2]), { h: tf.zeros([1, 3]) })).toThrow(
      'state.h: got shape [1, 3]',
    );
    expect(() => contributions(rnn, params, xs, tf.zeros([1, 5, 4]))).toThrow(
      'dOutputs: got shape [1, 5, 4], expected [batch = 1, time = 6, hidden = 4]; it must match the outputs.',
    );
  });
});
