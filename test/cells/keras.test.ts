import * as tf from '@tensorflow/tfjs-node';
import { rnn, type SequenceOptions, type RnnState } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { test } from 'vitest';
import { arange, expectClose } from './keras-values';

// The values that Keras's own test suite pins for SimpleRNN (keras/src/layers/rnn/simple_rnn_test.py): every kernel weight
// .01, every recurrent weight .02, every bias .03, an arange as the input. A row is the last output of one sequence.
const constantParams = (inputSize: number, hiddenSize: number) => ({
  Wxh: tf.fill<tf.Rank.R2>([inputSize, hiddenSize], 0.01),
  Whh: tf.fill<tf.Rank.R2>([hiddenSize, hiddenSize], 0.02),
  bh: tf.fill<tf.Rank.R1>([hiddenSize], 0.03),
});
const mask = (): tf.Tensor2D =>
  tf.tensor2d([
    [1, 1, 0, 1],
    [1, 0, 0, 1],
  ]);
const initialState = (): RnnState => ({ h: tf.range(0, 8).reshape([2, 4]) });

interface Published {
  readonly what: string;
  readonly time: number;
  readonly options: () => SequenceOptions<RnnState>;
  readonly rows: [number, number];
}
const published: readonly Published[] = [
  { what: 'forward', time: 3, options: () => ({}), rows: [0.405432, 0.73605347] },
  { what: 'in reverse', time: 3, options: () => ({ reverse: true }), rows: [0.11144729, 0.5528889] },
  {
    what: 'from a given state',
    time: 4,
    options: () => ({ initialState: initialState() }),
    rows: [0.33621645, 0.6262637],
  },
  {
    what: 'in reverse from a given state',
    time: 4,
    options: () => ({ initialState: initialState(), reverse: true }),
    rows: [0.07344437, 0.43043602],
  },
  { what: 'masked', time: 4, options: () => ({ mask: mask() }), rows: [0.32951632, 0.61799484] },
  {
    what: 'masked, in reverse',
    time: 4,
    options: () => ({ mask: mask(), reverse: true }),
    rows: [0.07376196, 0.43645123],
  },
];

test.each(published)('SimpleRNN(4), $what', ({ time, options, rows }) => {
  tf.tidy(() => {
    const input = 12 / time;
    const { final } = unroll(rnn, constantParams(input, 4), arange(2, time, input), options());
    expectClose(final.h, [rows[0], rows[0], rows[0], rows[0], rows[1], rows[1], rows[1], rows[1]]);
  });
});

test('SimpleRNN(4) that goes on from its last state', () => {
  tf.tidy(() => {
    const params = constantParams(4, 4);
    const first = unroll(rnn, params, arange(2, 3, 4));
    const second = unroll(rnn, params, arange(2, 3, 4), { initialState: first.final });
    expectClose(second.final.h, [...Array<number>(4).fill(0.40559256), ...Array<number>(4).fill(0.7361247)]);
  });
});

test('SimpleRNN(2), masked, every output: a masked step repeats the output before it', () => {
  tf.tidy(() => {
    const { outputs } = unroll(rnn, constantParams(3, 2), arange(2, 4, 3), { mask: mask() });
    const rows = [0.0599281, 0.15122814, 0.15122814, 0.32394567, 0.3969304, 0.3969304, 0.3969304, 0.608085];
    expectClose(
      outputs,
      rows.flatMap((row) => [row, row]),
    );
  });
});
