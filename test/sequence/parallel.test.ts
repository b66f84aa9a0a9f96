import * as tf from '@tensorflow/tfjs-node';
import {
  gru,
  minGru,
  minGruLog,
  minLstm,
  minLstmLog,
  type LinearCell,
  type LinearState,
  type Params,
} from 'kernel-lib/cells';
import { unroll, unrollParallel, type Unrolled } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

type AnyLinearCell = LinearCell<Params, { inputSize: number; hiddenSize: number; rng: ReturnType<typeof rng> }, never>;
type Walk = (cell: AnyLinearCell, params: Params, xs: tf.Tensor3D, options: object) => Unrolled<LinearState>;
const linearCells = [minGru, minGruLog, minLstm, minLstmLog] as unknown as readonly AnyLinearCell[];

describe.each(linearCells)('unrollParallel $name', (cell) => {
  const g = rng(1);
  const params = cell.init({ inputSize: 3, hiddenSize: 5, rng: g });
  const initialState = { h: normalTensor(g, [7, 5]) };
  const mask = tf.tensor2d(
    Float32Array.from({ length: 7 * 33 }, () => (g.uniform() < 0.7 ? 1 : 0)),
    [7, 33],
  );
  const lengths = Array.from({ length: 7 }, () => 1 + g.integer(33));

  test.each([
    { what: 'plain', options: {} },
    { what: 'one step', options: {}, time: 1 },
    { what: 'from a given state', options: { initialState } },
    { what: 'in reverse', options: { initialState, reverse: true } },
    { what: 'masked', options: { initialState, mask } },
    { what: 'masked, in reverse', options: { mask, reverse: true } },
    { what: 'by lengths', options: { lengths, initialState } },
    { what: 'by lengths, in reverse', options: { lengths, reverse: true } },
    { what: 'by lengths, carried', options: { lengths, padding: 'carried' as const } },
  ])('gives what the loop gives, gradients too: $what', ({ options, time = 33 }) => {
    tf.tidy(() => {
      const xs = normalTensor(rng(2), [7, time, 3]);
      const dOutputs = normalTensor(rng(3), [7, time, 5]);
      const names = Object.keys(params);
      const values = (walk: Walk): Record<string, Nested> => {
        const { outputs, final } = walk(cell, params, xs, options);
        const gradients = tf.grads((xsNow, h0, ...weights) => {
          const now = Object.fromEntries(names.map((name, k) => [name, weights[k]])) as Params;
          const start = { ...options, initialState: { h: h0 as tf.Tensor2D } };
          const walked = walk(cell, now, xsNow as tf.Tensor3D, start);
          return walked.outputs.mul(dOutputs).sum<tf.Scalar>().add<tf.Scalar>(walked.final.h.square().sum());
        })([xs, initialState.h, ...Object.values(params)]);
        const all = ['dxs', 'dh0', ...names].map((name, k): [string, Nested] => [
          name,
          gradients[k]?.arraySync() ?? NaN,
        ]);
        return { outputs: outputs.arraySync(), final: final.h.arraySync(), ...Object.fromEntries(all) };
      };
      const expected = values(unroll);
      for (const [name, value] of Object.entries(values(unrollParallel as Walk))) {
        expect(relativeError(value, expected[name] ?? []), name).toBeLessThan(1e-5);
      }
    });
  });

  test('leaves its results and nothing else behind', () => {
    const xs = tf.ones<tf.Rank.R3>([7, 33, 3]);
    for (const options of [{}, { mask }, { lengths, reverse: true }, { initialState }]) {
      const before = tf.memory().numTensors;
      const { outputs, final } = unrollParallel(cell, params, xs, options);
      expect(tf.memory().numTensors).toBe(before + 2);
      tf.dispose([outputs, final]);
    }
  });
});

test('unrollParallel says what it cannot walk along', () => {
  const params = gru.init({ inputSize: 3, hiddenSize: 5, rng: rng(1) });
  expect(() => unrollParallel(gru as never, params, tf.ones([1, 2, 3]))).toThrow(
    "cell: got 'gru', expected one whose gates look at x alone, such as minGru; unroll walks along any.",
  );
  expect(() =>
    unrollParallel(minGru, minGru.init({ inputSize: 3, hiddenSize: 5, rng: rng(1) }), tf.ones([1, 2, 4])),
  ).toThrow('xs: got shape [1, 2, 4], expected [batch, time, input = 3]; ');
});
