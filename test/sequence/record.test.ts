import * as tf from '@tensorflow/tfjs-node';
import { lstm, rnn, type GatedCell, type Gates, type Params, type State } from 'kernel-lib/cells';
import { record, recordGradients, unroll } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells } from './golden';
import { expectClose, forAll } from './properties';

const gatedCells = anyCells as unknown as readonly (GatedCell<Params, State, never, Gates> &
  (typeof anyCells)[number])[];

describe.each(gatedCells)('record $name', (cell) => {
  test('notes what unroll computes, and what the cell shows at each step', () => {
    forAll(cell, ({ params, xs, lengths, initialState, time }) => {
      const options = { lengths, initialState };
      const { outputs, final, states, gates } = record(cell, params, xs, options);
      const unrolled = unroll(cell, params, xs, options);
      expectClose({ outputs }, { outputs: unrolled.outputs });
      expectClose(final, unrolled.final);
      expect(Object.keys(states)).toEqual(Object.keys(final));

      let state = initialState;
      for (let t = 0; t < time; t++) {
        const x: tf.Tensor2D = xs.slice([0, t, 0], [-1, 1, -1]).squeeze([1]);
        const taken = tf.tensor2d(lengths.map((length) => [t < length ? 1 : 0]));
        const shown = cell.gates(params, x, state);
        const next = cell.step(params, x, state);
        const at = (values: tf.Tensor3D): tf.Tensor => values.slice([0, t, 0], [-1, 1, -1]).squeeze([1]);
        expect(Object.keys(gates)).toEqual(Object.keys(shown));
        for (const [name, values] of Object.entries(gates)) {
          expectClose({ [name]: at(values) }, { [name]: (shown[name] ?? tf.scalar(NaN)).mul(taken) });
        }
        const before = state;
        const parts = Object.entries(next).map(([part, value]) => [
          part,
          tf.where(taken.cast('bool'), value, before[part] ?? NaN),
        ]);
        state = Object.fromEntries(parts) as State;
        for (const [part, values] of Object.entries(states)) {
          expectClose({ [part]: at(values) }, { [part]: state[part] ?? tf.scalar(NaN) });
        }
      }
    });
  });

  test('shows gates of which the state changes where they change', () => {
    tf.tidy(() => {
      const params = cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
      const state = cell.step(params, tf.zeros([2, 3]), cell.initialState(params, 2));
      const at = (x: tf.Tensor2D): number[] =>
        Object.values(cell.gates(params, x, state)).map((gate) => gate.sum().dataSync()[0] ?? NaN);
      const [one, other] = [at(tf.ones([2, 3])), at(tf.ones<tf.Rank.R2>([2, 3]).neg())];
      expect(one.length).toBeGreaterThan(0);
      one.forEach((value, k) => {
        expect(value).not.toBe(other[k]);
      });
    });
  });

  test('gives the gradient of every state as later steps see it', () => {
    forAll(cell, ({ params, xs, initialState, time, g }) => {
      const dOutputs = normalTensor(g, [xs.shape[0], time, cell.sizes(params).hiddenSize]);
      const E = ({ outputs }: { readonly outputs: tf.Tensor3D }): tf.Scalar => outputs.mul(dOutputs).sum();
      const { loss, states, xs: dxs } = recordGradients(cell, params, xs, E, { initialState });
      expect(
        loss
          .sub(E(unroll(cell, params, xs, { initialState })))
          .abs()
          .dataSync()[0],
      ).toBeLessThan(1e-4);
      const expected = tf.grad((now: tf.Tensor) => E(unroll(cell, params, now as tf.Tensor3D, { initialState })))(xs);
      expectNear(dxs, expected);

      // The states after t, as the initial state of what is left.
      const t = g.integer(time - 1);
      const whole = record(cell, params, xs, { initialState });
      const rest: tf.Tensor3D = xs.slice([0, t + 1, 0], [-1, -1, -1]);
      const dRest = dOutputs.slice([0, t + 1, 0], [-1, -1, -1]);
      for (const part of Object.keys(states)) {
        const atT = (values: tf.Tensor3D | undefined): tf.Tensor2D =>
          (values ?? tf.zeros([1, 1, 1])).slice([0, t, 0], [-1, 1, -1]).squeeze<tf.Tensor2D>([1]);
        const start = Object.fromEntries(Object.keys(states).map((name) => [name, atT(whole.states[name])])) as State;
        const own = part === 'h' ? atT(dOutputs) : tf.scalar(0);
        const later = tf.grad((value: tf.Tensor) => {
          const moved = { ...start, [part]: value } as State;
          const E = unroll(cell, params, rest, { initialState: moved }).outputs.mul(dRest).sum<tf.Scalar>();
          return E.add<tf.Scalar>(value.mul(0).sum());
        })(start[part] as tf.Tensor);
        expectNear(atT(states[part]), own.add(later));
      }
    });
  });
});

test('record and recordGradients leave their results and nothing else behind', () => {
  const params = lstm.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
  const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
  const before = tf.memory().numTensors;
  const { outputs, final, states, gates } = record(lstm, params, xs);
  expect(tf.memory().numTensors).toBe(before + 1 + 2 + 2 + 4);
  tf.dispose([outputs, final, states, gates]);
  expect(gates.i.isDisposed && states.c.isDisposed).toBe(true);
  const gradients = recordGradients(lstm, params, xs, (walked) => walked.outputs.sum());
  expect(tf.memory().numTensors).toBe(before + 1 + 2 + 1 + 12);
  tf.dispose([gradients.loss, gradients.xs, gradients.states, gradients.params]);
});

test('record and recordGradients say what does not fit', () => {
  const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
  const message = 'xs: got shape [2, 5, 4], expected [batch, time, input = 3]; ';
  expect(() => record(rnn, params, tf.zeros([2, 5, 4]))).toThrow(message);
  expect(() => recordGradients(rnn, params, tf.zeros([2, 5, 4]), ({ outputs }) => outputs.sum())).toThrow(message);
});

test('the last memory of an LSTM has a gradient of 0 where the loss sees only h', () => {
  tf.tidy(() => {
    const params = lstm.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    const { states } = recordGradients(lstm, params, tf.ones([2, 1, 3]), ({ outputs }) => outputs.sum());
    expect(states.c.abs().max().dataSync()[0]).toBe(0);
    expect(states.h.arraySync()).toEqual(tf.ones([2, 1, 4]).arraySync());
  });
});

function expectNear(got: tf.Tensor, expected: tf.Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  const scale = Math.max(1, expected.abs().max().dataSync()[0] ?? NaN);
  expect(got.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-5 * scale);
}
