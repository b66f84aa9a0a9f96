import * as tf from '@tensorflow/tfjs-node';
import { gru, gruWith, type GruParams, type GruState, type SequenceOptions } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { test } from 'vitest';
import { arange, expectClose } from './keras-values';

// The values that Keras's own test suite pins for GRU (keras/src/layers/rnn/gru_test.py): every kernel weight .01, every
// recurrent weight .02, every bias .03 (of which reset_after has two for each gate), an arange as the input.

function constantParams(input: number, hidden: number, bias = 0.03): GruParams {
  const Wx = tf.fill<tf.Rank.R2>([input, hidden], 0.01);
  const Wh = tf.fill<tf.Rank.R2>([hidden, hidden], 0.02);
  const b = tf.fill<tf.Rank.R1>([hidden], bias);
  const bothBiases = tf.fill<tf.Rank.R1>([hidden], 2 * bias);
  return { Wxr: Wx, Whr: Wh, br: bothBiases, Wxz: Wx, Whz: Wh, bz: bothBiases, Wxh: Wx, Whh: Wh, bh: b, bhh: b };
}

interface Published {
  readonly what: string;
  readonly sizes: readonly [batch: number, time: number, input: number, hidden: number];
  readonly bias?: number;
  readonly options?: () => SequenceOptions<GruState>;
  /** The last output of each sequence: one number for all of its units, or a number each. */
  readonly rows: readonly (number | number[])[];
}
const initialState = (): GruState => ({ h: tf.range(0, 4).reshape([2, 2]) });
const mask = (): tf.Tensor2D =>
  tf.tensor2d([
    [1, 1, 0, 1],
    [1, 0, 0, 1],
  ]);
const published: readonly Published[] = [
  { what: 'forward', sizes: [3, 6, 4, 3], rows: [0.5217289, 0.6371659, 0.39384964] },
  {
    what: 'in reverse',
    sizes: [3, 6, 4, 3],
    options: () => ({ reverse: true }),
    rows: [0.24406259, 0.611516, 0.3928808],
  },
  { what: 'without a bias', sizes: [3, 6, 4, 3], bias: 0, rows: [0.49988455, 0.64701194, 0.4103359] },
  {
    what: 'from a given state',
    sizes: [2, 4, 3, 2],
    options: () => ({ initialState: initialState() }),
    rows: [
      [0.23774096, 0.33508456],
      [0.83659905, 1.0227708],
    ],
  },
  {
    what: 'in reverse from a given state',
    sizes: [2, 4, 3, 2],
    options: () => ({ initialState: initialState(), reverse: true }),
    rows: [
      [0.13486053, 0.23261218],
      [0.78257304, 0.9691353],
    ],
  },
  { what: 'masked', sizes: [2, 4, 3, 2], options: () => ({ mask: mask() }), rows: [0.19393763, 0.30818558] },
  {
    what: 'masked, in reverse',
    sizes: [2, 4, 3, 2],
    options: () => ({ mask: mask(), reverse: true }),
    rows: [0.11669192, 0.28380975],
  },
];

test.each(published)('GRU, $what', ({ sizes, bias, options, rows }) => {
  tf.tidy(() => {
    const [batch, time, input, hidden] = sizes;
    const { final } = unroll(gru, constantParams(input, hidden, bias), arange(batch, time, input), options?.());
    expectClose(
      final.h,
      rows.flatMap((row) => (Array.isArray(row) ? row : Array<number>(hidden).fill(row))),
    );
  });
});

test('GRU with reset_after=False, which has one bias for each gate', () => {
  tf.tidy(() => {
    const { bhh, br, bz, ...rest } = constantParams(4, 3);
    const params = { ...rest, br: br.div<tf.Tensor1D>(2), bz: bz.sub<tf.Tensor1D>(bhh) };
    const { final } = unroll(gruWith({ reset: 'before' }), params, arange(3, 6, 4));
    expectClose(
      final.h,
      [0.51447755, 0.6426879, 0.40208298].flatMap((row) => [row, row, row]),
    );
  });
});

test('GRU that goes on from its last state', () => {
  tf.tidy(() => {
    const params = constantParams(4, 4);
    const first = unroll(gru, params, arange(2, 3, 4));
    const second = unroll(gru, params, arange(2, 3, 4), { initialState: first.final });
    expectClose(second.final.h, [...Array<number>(4).fill(0.29542392), ...Array<number>(4).fill(0.5885018)]);
  });
});

test('GRU, masked, every output: a masked step repeats the output before it', () => {
  tf.tidy(() => {
    const { outputs } = unroll(gru, constantParams(3, 2), arange(2, 4, 3), { mask: mask() });
    const rows = [
      ...[0.03606692, 0.09497581, 0.09497581, 0.19393763],
      ...[0.16051409, 0.16051409, 0.16051409, 0.30818558],
    ];
    expectClose(
      outputs,
      rows.flatMap((row) => [row, row]),
    );
  });
});
