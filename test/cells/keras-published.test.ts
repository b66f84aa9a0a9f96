import * as tf from '@tensorflow/tfjs-node';
import { gru, lstm, rnn, type Cell, type Directions, type Params, type State } from 'kernel-lib/cells';
import { bidirectional, unroll, type BidirectionalOptions } from 'kernel-lib/sequence';
import { expect, test } from 'vitest';
import { arange, expectClose } from './keras-values';

// What Keras's own test suite pins for its Bidirectional layer (keras/src/layers/rnn/bidirectional_test.py) and for
// zero_output_for_mask (lstm_test.py, gru_test.py, simple_rnn_test.py): every kernel weight .01, every recurrent weight .02, every
// bias .03 (an LSTM's forget gate 1), an arange as the input.

type AnyCell = Cell<Params, State, never>;
const any = (cell: unknown): AnyCell => cell as AnyCell;

/** Of a cell for `input` features and two units. */
function constantParams(
  cell: AnyCell,
  input: number,
  [kernel, recurrent, bias]: readonly [number, number, number] = [0.01, 0.02, 0.03],
): Params {
  const gates = { rnn: ['h'], gru: ['r', 'z', 'h'], lstm: ['i', 'f', 'o', 'g'] }[cell.name] ?? [];
  const named = gates.flatMap((gate): [string, tf.Tensor][] => {
    // reset_after has two biases for each gate, which count by their sum but for the candidate.
    const biases = cell.name === 'gru' && gate !== 'h' ? 2 * bias : cell.name === 'lstm' && gate === 'f' ? 1 : bias;
    return [
      [`Wx${gate}`, tf.fill([input, 2], kernel)],
      [`Wh${gate}`, tf.fill([2, 2], recurrent)],
      [`b${gate}`, tf.fill([2], biases)],
    ];
  });
  return { ...Object.fromEntries(named), ...(cell.name === 'gru' && { bhh: tf.fill([2], bias) }) };
}

const both = (params: Params): Directions<Params> => ({ forward: params, backward: params });
const twice = (rows: readonly number[]): number[] => rows.flatMap((row) => [row, row]);
const mask = (): tf.Tensor2D => tf.tensor2d([[1, 1, 0, 1], [1, 0, 0, 1]]); // prettier-ignore
const steps = (factor: number): tf.Tensor2D => tf.range(0, 4).mul(factor).reshape([2, 2]);

/** The last state of each direction, which is what Keras returns without return_sequences. */
function lastOf(cell: AnyCell, xs: tf.Tensor3D, options: BidirectionalOptions<State> = {}): Directions<State> {
  const { forward, backward } = bidirectional(cell, both(constantParams(cell, xs.shape[2])), xs, {
    ...options,
    merge: 'none',
  });
  return { forward: forward.final, backward: backward.final };
}

test('Bidirectional(SimpleRNN(2)): concat, ave, and mul of two different layers', () => {
  tf.tidy(() => {
    const { forward, backward } = lastOf(any(rnn), arange(2, 3, 4));
    expectClose(tf.concat([forward.h, backward.h], 1), [...twice([0.39687276, 0.10004295]), ...twice([0.7237238, 0.53391594])]); // prettier-ignore
    expectClose(forward.h.add(backward.h).div(2), twice([0.24845785, 0.6288199]));
    const other = constantParams(any(rnn), 4, [0.03, 0.02, 0.01]);
    const { final } = unroll(any(rnn), other, arange(2, 3, 4), { reverse: true });
    expectClose(forward.h.mul(final.h), twice([0.08374989, 0.6740834]));
  });
});

test('Bidirectional(GRU(2)), every output: sum', () => {
  tf.tidy(() => {
    const params = both(constantParams(any(gru), 4));
    const { outputs } = bidirectional(any(gru), params, arange(2, 3, 4), { merge: 'sum' });
    expectClose(outputs, twice([0.20937867, 0.34462988, 0.40290534, 0.59829646, 0.6734641, 0.6479671]));
  });
});

test('Bidirectional(LSTM(2)) that goes on from its last states', () => {
  tf.tidy(() => {
    const initialState = lastOf(any(lstm), arange(2, 4, 3));
    const { forward, backward } = lastOf(any(lstm), arange(2, 4, 3), { initialState });
    expectClose(forward.h, twice([0.26234663, 0.6137073]));
    expectClose(backward.h, twice([0.16959146, 0.5381646]));
  });
});

test('Bidirectional(LSTM(2)) from given states', () => {
  tf.tidy(() => {
    const initialState = { forward: { h: steps(1), c: steps(2) }, backward: { h: steps(3), c: steps(4) } };
    const { forward, backward } = lastOf(any(lstm), arange(2, 4, 3), { initialState });
    expectClose(forward.h, [0.20794602, 0.4577124, 0.6682636, 0.6711909]);
    expectClose(backward.h, [0.14046375, 0.48191673, 0.60943645, 0.60950446]);
  });
});

test('Bidirectional(GRU(2)), masked', () => {
  tf.tidy(() => {
    const { forward, backward } = lastOf(any(gru), arange(2, 4, 3), { mask: mask() });
    expectClose(forward.h, twice([0.19393763, 0.30818558]));
    expectClose(backward.h, twice([0.11669192, 0.28380975]));
  });
});

test('Bidirectional(LSTM(2)) with its states', () => {
  tf.tidy(() => {
    const { forward, backward } = lastOf(any(lstm), arange(2, 4, 3));
    expectClose(forward.h, twice([0.1990008, 0.52335435]));
    expectClose(forward.c ?? tf.scalar(NaN), twice([0.35567185, 1.0492687]));
    expectClose(backward.h, twice([0.12659755, 0.44717982]));
    expectClose(backward.c ?? tf.scalar(NaN), twice([0.2501858, 0.941473]));
  });
});

test.each([
  {
    cell: any(rnn),
    taken: [[1, 1, 0, 1], [1, 0, 0, 1]],
    rows: [0.0599281, 0.15122814, 0, 0.32394567, 0.3969304, 0, 0, 0.608085],
  },
  {
    cell: any(gru),
    taken: [[1, 1, 0, 1], [1, 0, 0, 1]],
    rows: [0.03606692, 0.09497581, 0, 0.19393763, 0.16051409, 0, 0, 0.30818558],
  },
  {
    cell: any(lstm),
    taken: [[1, 1, 1, 0], [1, 1, 0, 0]],
    rows: [0.0158891, 0.05552048, 0.11755939, 0, 0.14185596, 0.28556206, 0, 0],
  },
])('zero_output_for_mask: $cell.name', ({ cell, taken, rows }) => {
  tf.tidy(() => {
    const { outputs } = unroll(cell, constantParams(cell, 3), arange(2, 4, 3), { mask: tf.tensor2d(taken), padding: 'zeros' });
    expectClose(outputs, twice(rows));
    expect(outputs.shape).toEqual([2, 4, 2]);
  });
}); // prettier-ignore
