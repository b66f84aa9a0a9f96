import * as tf from '@tensorflow/tfjs-node';
import { rnn, type Directions, type Merge } from 'kernel-lib/cells';
import { bidirectional, unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { bothDirections, expectRefusal } from './both-directions';
import { anyCells, errorsAgainstTorch, goldenCases, paramsOf, stateAt } from './golden';
import { expectClose, forAll } from './properties';

describe('bidirectional, against PyTorch', () => {
  const both = goldenCases.filter(({ layers, bothDirections }) => layers === 1 && bothDirections);

  test.each(both)('$cell.name: $name', (golden) => {
    const errors = errorsAgainstTorch(golden, (torch, xs, start) => {
      const params = { forward: paramsOf(golden, torch, 0), backward: paramsOf(golden, torch, 0, true) };
      const { outputs, forward, backward } = bidirectional(golden.cell, params, xs, {
        ...(golden.lengths && { lengths: golden.lengths }),
        initialState: { forward: stateAt(start, 0), backward: stateAt(start, 1) },
      });
      return { outputs, final: [forward.final, backward.final] };
    });
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
  });
});

describe.each(anyCells)('bidirectional $name', (cell) => {
  test('is one walk forward and one in reverse, each with its own parameters and state', () => {
    forAll(cell, ({ params, xs, lengths, draw, drawState }) => {
      const both = { forward: params, backward: draw() };
      const initialState = { forward: drawState(), backward: drawState() };
      const { forward, backward } = bidirectional(cell, both, xs, { lengths, initialState, merge: 'none' });
      const ahead = unroll(cell, both.forward, xs, { lengths, initialState: initialState.forward });
      const back = unroll(cell, both.backward, xs, { lengths, initialState: initialState.backward, reverse: true });
      expectClose({ h: forward.outputs }, { h: ahead.outputs });
      expectClose(forward.final, ahead.final);
      expectClose({ h: backward.outputs }, { h: back.outputs });
      expectClose(backward.final, back.final);
    });
  });

  test('merges as it is told', () => {
    forAll(cell, ({ params, xs, draw, batch, time }) => {
      const both = { forward: params, backward: draw() };
      const { forward, backward } = bidirectional(cell, both, xs, { merge: 'none' });
      const [f, b] = [forward.outputs, backward.outputs];
      const by = (merge: Exclude<Merge, 'none'>): { outputs: tf.Tensor } => ({
        outputs: bidirectional(cell, both, xs, { merge }).outputs,
      });
      expectClose(by('sum'), { outputs: f.add(b) });
      expectClose(by('mul'), { outputs: f.mul(b) });
      expectClose(by('average'), { outputs: f.add(b).mul(0.5) });
      const pairs = tf.stack([f, b], 2).reshape([batch, time, -1]);
      expectClose(by('concat'), { outputs: pairs });
      expectClose({ outputs: bidirectional(cell, both, xs).outputs }, { outputs: pairs });
    });
  });

  test('a sequence turned round, with the directions exchanged, gives the outputs turned round', () => {
    forAll(cell, ({ params, xs, draw }) => {
      const back = draw();
      const there = bidirectional(cell, { forward: params, backward: back }, xs, { merge: 'sum' });
      const turned = bidirectional(cell, { forward: back, backward: params }, xs.reverse(1), { merge: 'sum' });
      expectClose({ outputs: turned.outputs.reverse(1) }, { outputs: there.outputs });
    });
  });

  test('sequences do not meet: another order of the batch, the same outputs in that order', () => {
    forAll(cell, ({ params, xs, lengths, draw, drawState, batch, g }) => {
      const both = { forward: params, backward: draw() };
      const state = drawState();
      const order = g.shuffle([...Array(batch).keys()]);
      const permuted = <T extends tf.Tensor>(values: T): T => tf.gather(values, tf.tensor1d(order, 'int32'));
      const moved = Object.fromEntries(Object.entries(state).map(([part, value]) => [part, permuted(value)])) as never;
      const whole = bidirectional(cell, both, xs, { lengths, initialState: { backward: state } });
      const other = bidirectional(cell, both, permuted(xs), {
        lengths: order.map((n) => lengths[n] ?? NaN),
        initialState: { backward: moved },
      });
      expectClose({ outputs: other.outputs }, { outputs: permuted(whole.outputs) });
    });
  });

  test('leaves its results and nothing else behind', () => {
    const [forward, backward] = [1, 2].map((seed) => cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(seed) }));
    const params = { forward, backward } as Directions<NonNullable<typeof forward>>;
    const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
    const start = cell.initialState(params.forward, 2);
    const parts = Object.keys(start).length;
    const before = tf.memory().numTensors;
    const result = bidirectional(cell, params, xs, { lengths: [2, 5] });
    expect(tf.memory().numTensors).toBe(before + 3 + 2 * parts);
    tf.dispose(result);
    tf.dispose({ ...bidirectional(cell, params, xs, { merge: 'none' }) });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([start, params]);
  });
});

describe('bidirectional says what does not fit', () => {
  const { params, xs } = bothDirections();
  const narrow = { ...params, backward: rnn.init({ inputSize: 3, hiddenSize: 2, rng: rng(1) }) };
  const otherInput = { ...params, backward: rnn.init({ inputSize: 2, hiddenSize: 4, rng: rng(1) }) };
  const otherState = { backward: { h: tf.zeros<tf.Rank.R2>([1, 4]) } };

  const bad: [string, () => unknown, string][] = [
    ['an unknown merge', () => bidirectional(rnn, params, xs, { merge: 'max' as never }), "merge: got 'max', expected 'concat', 'sum', 'mul', 'average', 'none'."],
    ['one direction', () => bidirectional(rnn, { forward: params.forward } as never, xs), 'params: got { forward }, expected { forward, backward }; give one for each direction.'],
    ['two sizes summed', () => bidirectional(rnn, narrow, xs, { merge: 'sum' }), "merge: got 'sum' for 4 units forward and 2 backward, expected as many in both; only 'concat' and 'none' take them as they are."],
    ['other inputs backward', () => bidirectional(rnn, otherInput, xs), 'backward: xs: got shape [5, 6, 3], expected [batch, time, input = 2]; the last axis must match the first of the input weights.'],
    ['another state', () => bidirectional(rnn, params, xs, { initialState: otherState }), 'backward: initialState.h: got shape [1, 4], expected [batch = 5, hidden = 4]; it must match xs and the recurrent weights.'],
  ]; // prettier-ignore
  test.each(bad)('%s', (_, call, message) => {
    expectRefusal(call, message);
  });
});
