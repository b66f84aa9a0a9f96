import * as tf from '@tensorflow/tfjs-node';
import { lstm, type LstmParams, type LstmState, type SequenceOptions } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { test } from 'vitest';
import { arange, expectClose } from './keras-values';

// The values that Keras's own test suite pins for LSTM (keras/src/layers/rnn/lstm_test.py): every kernel weight .01, every
// recurrent weight .02, every bias .03 (the forget gate's 1, unless unit_forget_bias is off), an arange as the input.

function constantParams(input: number, hidden: number, bias = 0.03, forgetBias = 1): LstmParams {
  const gate = (k: string, b: number) => ({
    [`Wx${k}`]: tf.fill([input, hidden], 0.01),
    [`Wh${k}`]: tf.fill([hidden, hidden], 0.02),
    [`b${k}`]: tf.fill([hidden], b),
  });
  return {
    ...gate('i', bias),
    ...gate('f', forgetBias),
    ...gate('o', bias),
    ...gate('g', bias),
  } as unknown as LstmParams;
}

interface Published {
  readonly what: string;
  readonly sizes: readonly [batch: number, time: number, input: number, hidden: number];
  readonly params?: readonly [bias: number, forgetBias: number];
  readonly options?: () => SequenceOptions<LstmState>;
  /** The last output of each sequence: one number for all of its units, or a number each. */
  readonly rows: readonly (number | number[])[];
}
const arange4 = (): tf.Tensor2D => tf.range(0, 4).reshape([2, 2]);
const initialState = (): LstmState => ({ h: arange4(), c: arange4() });
const mask = (...rows: number[][]): tf.Tensor2D => tf.tensor2d(rows);
const published: readonly Published[] = [
  { what: 'forward', sizes: [3, 6, 4, 3], rows: [0.6288687, 0.86899155, 0.9460773] },
  {
    what: 'in reverse',
    sizes: [3, 6, 4, 3],
    options: () => ({ reverse: true }),
    rows: [0.35622165, 0.74789524, 0.8872726],
  },
  {
    what: 'without unit_forget_bias',
    sizes: [3, 6, 4, 3],
    params: [0.03, 0.03],
    rows: [0.57019705, 0.8661914, 0.9459622],
  },
  { what: 'without a bias', sizes: [3, 6, 4, 3], params: [0, 0], rows: [0.54986924, 0.86226785, 0.9443936] },
  {
    what: 'from a given state',
    sizes: [2, 4, 3, 2],
    options: () => ({ initialState: initialState() }),
    rows: [
      [0.20574439, 0.3558822],
      [0.64930826, 0.66276],
    ],
  },
  {
    what: 'in reverse from a given state',
    sizes: [2, 4, 3, 2],
    options: () => ({ initialState: initialState(), reverse: true }),
    rows: [
      [0.13281618, 0.2790356],
      [0.5839337, 0.5992567],
    ],
  },
  {
    what: 'masked',
    sizes: [2, 4, 3, 2],
    options: () => ({ mask: mask([1, 1, 1, 0], [1, 1, 0, 0]) }),
    rows: [0.11755939, 0.28556206],
  },
  {
    what: 'masked, in reverse',
    sizes: [2, 4, 3, 2],
    options: () => ({ mask: mask([0, 1, 1, 1], [0, 0, 1, 1]), reverse: true }),
    rows: [0.15341201, 0.3844719],
  },
];

test.each(published)('LSTM, $what', ({ sizes: [batch, time, input, hidden], params = [], options, rows }) => {
  tf.tidy(() => {
    const { final } = unroll(lstm, constantParams(input, hidden, ...params), arange(batch, time, input), options?.());
    expectClose(
      final.h,
      rows.flatMap((row) => (typeof row === 'number' ? Array<number>(hidden).fill(row) : row)),
    );
  });
});

test('LSTM(4) that goes on from its last state', () => {
  tf.tidy(() => {
    const params = constantParams(4, 4);
    const first = unroll(lstm, params, arange(2, 3, 4));
    const second = unroll(lstm, params, arange(2, 3, 4), { initialState: first.final });
    expectClose(second.final.h, [...Array<number>(4).fill(0.3124785), ...Array<number>(4).fill(0.6863672)]);
  });
});

test('LSTM(2), masked, every output: a masked step repeats the output before it', () => {
  tf.tidy(() => {
    const options = { mask: mask([1, 1, 1, 0], [1, 1, 0, 0]) };
    const { outputs } = unroll(lstm, constantParams(3, 2), arange(2, 4, 3), options);
    const rows = [0.0158891, 0.05552048, 0.11755939, 0.11755939, 0.14185596, 0.28556206, 0.28556206, 0.28556206];
    expectClose(
      outputs,
      rows.flatMap((row) => [row, row]),
    );
  });
});
