import * as tf from '@tensorflow/tfjs-node';
import { packedGru, packedLstm, packedRnn } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../cells/reference/case';

interface Kind {
  readonly gates: number;
  /** A scalar of all that comes out, of kernel, recurrentKernel, bias, h0 and, where it has them, c0 and the peepholes. */
  readonly loss: (xs: tf.Tensor, options: object, weights: readonly tf.Tensor[]) => tf.Scalar;
  readonly more: number;
}

function lossOf(walk: unknown, xs: tf.Tensor, options: object, params: object, initialState: object): tf.Scalar {
  const run = walk as (...all: unknown[]) => { outputs: tf.Tensor; final: Record<string, tf.Tensor> };
  const { outputs, final } = run(params, xs, { ...options, initialState });
  return tf.addN([outputs.square().sum(), ...Object.values(final).map((part) => part.sum())]) as tf.Scalar;
}

const kinds: Readonly<Record<string, Kind>> = {
  LSTM: {
    ...{ gates: 4, more: 1 },
    loss: (xs, options, [kernel, recurrentKernel, bias, h, c]) =>
      lossOf(packedLstm, xs, options, { kernel, recurrentKernel, bias }, { h, c }),
  },
  'LSTM with peepholes': {
    ...{ gates: 4, more: 2 },
    loss: (xs, options, [kernel, recurrentKernel, bias, h, c, p]) => {
      const peepholes = { pi: p?.gather(0), pf: p?.gather(1), po: p?.gather(2) };
      return lossOf(packedLstm, xs, options, { kernel, recurrentKernel, bias, peepholes }, { h, c });
    },
  },
  GRU: {
    ...{ gates: 3, more: 0 },
    loss: (xs, options, [kernel, recurrentKernel, bias, h]) =>
      lossOf(packedGru, xs, options, { kernel, recurrentKernel, bias }, { h }),
  },
  'GRU, the reset before': {
    ...{ gates: 3, more: 0 },
    loss: (xs, options, [kernel, recurrentKernel, bias, h]) =>
      lossOf(packedGru, xs, { ...options, reset: 'before' }, { kernel, recurrentKernel, bias }, { h }),
  },
  RNN: {
    ...{ gates: 1, more: 0 },
    loss: (xs, options, [kernel, recurrentKernel, bias, h]) =>
      lossOf(packedRnn, xs, options, { kernel, recurrentKernel, bias }, { h }),
  },
};

const draw = rng(1);
const ways: Readonly<Record<string, (batch: number, time: number, hidden: number, gates: number) => object>> = {
  forwards: () => ({}),
  backwards: () => ({ reverse: true }),
  'with a mask': (batch, time) => ({
    mask: tf.tensor2d(
      Float32Array.from({ length: batch * time }, () => Number(draw.uniform() < 0.7)),
      [batch, time],
    ),
  }),
  'with dropout between steps': (batch, _, hidden) => ({ recurrentDropoutMask: normalTensor(draw, [batch, hidden]) }),
  'with a dropout for each gate': (batch, _, hidden, gates) => ({
    recurrentDropoutMask: normalTensor(draw, [batch, gates, hidden]),
  }),
};

const sizes = [
  { batch: 5, time: 7, input: 9, hidden: 19 },
  { batch: 1, time: 1, input: 3, hidden: 16 },
  { batch: 2, time: 3, input: 2, hidden: 70 },
];

const idsOf = (batch: number, time: number, input: number): tf.Tensor2D =>
  tf.tensor2d(
    Int32Array.from({ length: batch * time }, () => draw.integer(input)),
    [batch, time],
    'int32',
  );

describe.each(Object.keys(kinds))('%s on ids', (name) => {
  const { [name]: kind = { gates: 0, more: 0, loss: () => tf.scalar(0) } } = kinds;

  test.each(Object.keys(ways))('has the numbers and gradients of one-hot vectors, %s', (way) => {
    for (const { batch, time, input, hidden } of sizes) {
      tf.tidy(() => {
        const ids = idsOf(batch, time, input);
        const wide = kind.gates * hidden;
        const shapes = [[input, wide], [hidden, wide], [wide], [batch, hidden], [batch, hidden], [3, hidden]];
        const weights = shapes
          .slice(0, 4 + kind.more)
          .map((shape) => normalTensor(draw, shape as [number, number], 0.3) as tf.Tensor);
        const options = ways[way]?.(batch, time, hidden, kind.gates) ?? {};
        const found = [ids, tf.oneHot(ids, input).cast('float32')].map((xs) => {
          const { value, grads } = tf.valueAndGrads((...all: tf.Tensor[]) => kind.loss(xs, options, all))(weights);
          return [value, ...grads].map((tensor) => tensor.arraySync());
        });
        for (const [k, expected] of (found[1] ?? []).entries()) {
          expect(relativeError(found[0]?.[k] as never, expected as never), `part ${k}`).toBeLessThan(1e-5);
        }
      });
    }
  });
});

describe('what is refused', () => {
  const params = () => ({
    kernel: tf.ones<tf.Rank.R2>([3, 4]),
    recurrentKernel: tf.ones<tf.Rank.R2>([4, 4]),
    bias: tf.zeros<tf.Rank.R1>([4]),
  });

  test('an id that is no row of the input weights, whatever the mask says', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const mask = tf.zeros<tf.Rank.R2>([1, 2]);
      for (const wrong of [3, -1]) {
        expect(() => packedRnn(params(), tf.tensor2d([0, wrong], [1, 2], 'int32'), { mask })).toThrow(
          `ids[0][1] is ${wrong}; expected an integer from 0 to 2: encode with the vocabulary that the model was made for.`,
        );
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('numbers that are no integers, and no ids at all', () => {
    tf.tidy(() => {
      expect(() => packedRnn(params(), tf.tensor2d([[0.5, 1]]))).toThrow(/^xs: got shape \[1, 2\], expected \[batch, /);
      expect(() => packedRnn(params(), tf.zeros([1, 0], 'int32'))).toThrow(/^ids: got shape \[1, 0\]/);
    });
  });

  test('a gradient of the ids', () => {
    tf.tidy(() => {
      const weights = params();
      const ids = tf.tensor2d([0, 2], [1, 2], 'int32');
      const outputs = (xs: tf.Tensor): tf.Tensor => packedRnn(weights, xs as tf.Tensor2D).outputs.sum();
      expect(() => tf.grad(outputs)(ids)).toThrow();
    });
  });
});
