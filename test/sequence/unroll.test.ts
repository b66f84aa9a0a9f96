import * as tf from '@tensorflow/tfjs-node';
import fc from 'fast-check';
import { rnn, type Params, type RnnState, type State } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { normalTensor, rng, type Rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells, type AnyCell } from './golden';
import { drawPart } from './properties';

interface Sizes {
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
  readonly seed: number;
}
const anySizes: fc.Arbitrary<Sizes> = fc.record({
  batch: fc.integer({ min: 1, max: 4 }),
  time: fc.integer({ min: 2, max: 8 }),
  input: fc.integer({ min: 1, max: 4 }),
  hidden: fc.integer({ min: 1, max: 5 }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});

/** Holds for every drawn problem, each in a tidy of its own. */
function forAll(cell: AnyCell, property: (params: Params, xs: tf.Tensor3D, sizes: Sizes, g: Rng) => void): void {
  fc.assert(
    fc.property(anySizes, (sizes) => {
      tf.tidy(() => {
        const g = rng(sizes.seed);
        const params = cell.init({ inputSize: sizes.input, hiddenSize: sizes.hidden, rng: g });
        property(params, normalTensor(g, [sizes.batch, sizes.time, sizes.input]), sizes, g);
      });
    }),
    { numRuns: 25, seed: 1 },
  );
}

describe.each(anyCells)('unroll $name', (cell) => {
  test('a masked tail gives what the shorter sequence gives, then repeats it', () => {
    forAll(cell, (params, xs, { batch, time }) => {
      const length = Math.ceil(time / 2);
      const mask = tf.concat2d([tf.ones([batch, length]), tf.zeros([batch, time - length])], 1);
      const whole = unroll(cell, params, xs, { mask });
      const shorter = unroll(cell, params, xs.slice([0, 0, 0], [-1, length, -1]));
      expectClose(whole.final, shorter.final);
      expectClose({ outputs: whole.outputs.slice([0, 0, 0], [-1, length, -1]) }, { outputs: shorter.outputs });
      const tail = whole.outputs.slice([0, length, 0], [-1, -1, -1]);
      expectClose({ tail }, { tail: shorter.final.h.expandDims(1).tile([1, time - length, 1]) });
    });
  });

  test('a mask of ones changes nothing, whatever its dtype', () => {
    forAll(cell, (params, xs, { batch, time }) => {
      const plain = unroll(cell, params, xs).outputs;
      for (const dtype of ['bool', 'int32', 'float32'] as const) {
        expectClose(
          { outputs: unroll(cell, params, xs, { mask: tf.ones([batch, time], dtype) }).outputs },
          { outputs: plain },
        );
      }
    });
  });

  test('padding has no say: other numbers under the mask, the same result', () => {
    forAll(cell, (params, xs, { batch, time, input }, g) => {
      const mask = tf.tensor2d(
        Float32Array.from({ length: batch * time }, () => g.integer(2)),
        [batch, time],
      );
      const padding = normalTensor(g, [batch, time, input], 100);
      const padded = tf.where(mask.expandDims<tf.Tensor3D>(2).cast('bool'), xs, padding);
      expectClose(unroll(cell, params, padded, { mask }).final, unroll(cell, params, xs, { mask }).final);
    });
  });

  test('in reverse, a sequence turned round gives the outputs turned round', () => {
    forAll(cell, (params, xs, { batch, hidden, time }, g) => {
      const initialState = stateOf(cell, params, batch, () => normalTensor(g, [batch, hidden]));
      const mask = tf.tensor2d(
        Float32Array.from({ length: batch * time }, () => g.integer(2)),
        [batch, time],
      );
      const forward = unroll(cell, params, xs, { initialState, mask });
      const back = unroll(cell, params, xs.reverse(1), { initialState, mask: mask.reverse(1), reverse: true });
      expectClose({ outputs: back.outputs.reverse(1) }, { outputs: forward.outputs });
      expectClose(back.final, forward.final);
    });
  });

  test('sequences do not meet: another order of the batch, the same outputs in that order', () => {
    forAll(cell, (params, xs, { batch }, g) => {
      const order = tf.tensor1d(g.shuffle([...Array(batch).keys()]), 'int32');
      const permuted = unroll(cell, params, tf.gather(xs, order)).outputs;
      expectClose({ permuted }, { permuted: tf.gather(unroll(cell, params, xs).outputs, order) });
    });
  });

  test('window by window with the state handed on gives what the whole gives', () => {
    forAll(cell, (params, xs, { time }, g) => {
      const split = 1 + g.integer(time - 1);
      const whole = unroll(cell, params, xs);
      const first = unroll(cell, params, xs.slice([0, 0, 0], [-1, split, -1]));
      const second = unroll(cell, params, xs.slice([0, split, 0]), { initialState: first.final });
      expectClose({ outputs: tf.concat3d([first.outputs, second.outputs], 1) }, { outputs: whole.outputs });
      expectClose(second.final, whole.final);
    });
  });

  test('step by step by hand gives the outputs', () => {
    forAll(cell, (params, xs, { batch, time }) => {
      let state = cell.initialState(params, batch);
      const outputs = [...Array(time).keys()].map((t) => {
        state = cell.step(params, xs.slice([0, t, 0], [-1, 1, -1]).squeeze([1]), state);
        return state.h;
      });
      const unrolled = unroll(cell, params, xs);
      expectClose({ outputs: unrolled.outputs }, { outputs: tf.stack(outputs, 1) });
      expectClose(unrolled.final, state);
    });
  });

  test('leaves its results and nothing else behind', () => {
    const params = cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    const [xs, mask] = [tf.ones<tf.Rank.R3>([2, 5, 3]), tf.ones<tf.Rank.R2>([2, 5])];
    const initialState = cell.initialState(params, 2);
    for (const options of [{}, { mask }, { initialState }, { mask, initialState, reverse: true }]) {
      const before = tf.memory().numTensors;
      const { outputs, final } = unroll(cell, params, xs, options);
      tf.dispose([outputs, final]);
      expect(tf.memory().numTensors).toBe(before);
    }
    expect(Object.values(initialState).some((tensor) => tensor.isDisposed)).toBe(false);
  });

  test('a training step leaves no tensors behind', () => {
    const params = cell.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
    const variables = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.variable(value)]));
    const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
    const optimizer = tf.train.sgd(0.1);
    const error = (): tf.Scalar => unroll(cell, variables, xs).outputs.square().mean();
    optimizer.minimize(error);
    const before = tf.memory().numTensors;
    optimizer.minimize(error);
    expect(tf.memory().numTensors).toBe(before);
  });
});

// A candidate g(0) = 1/2 is not zero.
const quiet = anyCells.filter(({ name }) => !name.endsWith('(log)'));

test.each(quiet)('unroll $name: zero input with zero biases stays zero', (cell) => {
  forAll(cell, (params, xs) => {
    const unbiased = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, value.rank === 1 ? tf.zerosLike(value) : value]),
    );
    expect(unroll(cell, unbiased, tf.zerosLike(xs)).outputs.abs().max().dataSync()[0]).toBe(0);
  });
});

describe('unroll says what does not fit, before any op runs', () => {
  const params = rnn.init({ inputSize: 3, hiddenSize: 4, rng: rng(1) });
  const zeros = (...shape: number[]): never => tf.zeros(shape) as never;
  const xs: tf.Tensor3D = zeros(2, 5, 3);
  const disposed: tf.Tensor3D = zeros(2, 5, 3);
  disposed.dispose();

  const bad: [string, () => unknown, string][] = [
    [
      'another input size',
      () => unroll(rnn, params, zeros(2, 5, 7)),
      'xs: got shape [2, 5, 7], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    ],
    [
      'another rank',
      () => unroll(rnn, params, zeros(5, 3)),
      'xs: got shape [5, 3], expected [batch, time, input = 3]; it has 2 axes where 3 are needed.',
    ],
    [
      'an empty batch',
      () => unroll(rnn, params, zeros(0, 5, 3)),
      'xs: got shape [0, 5, 3], expected [batch, time, input = 3]; axis 0, batch, is empty.',
    ],
    [
      'no time steps',
      () => unroll(rnn, params, zeros(2, 0, 3)),
      'xs: got shape [2, 0, 3], expected [batch, time, input = 3]; axis 1, time, is empty.',
    ],
    [
      'a disposed tensor',
      () => unroll(rnn, params, disposed),
      'xs: got a disposed tensor, expected a live one; clone it, or tf.keep it, before its tidy ends.',
    ],
    [
      'nested arrays',
      () => unroll(rnn, params, [[[1, 2, 3]]] as never),
      'xs: got an array, expected a tensor; make one with tf.tensor(...).',
    ],
    [
      'integers',
      () => unroll(rnn, params, tf.zeros([2, 5, 3], 'int32')),
      "xs: got dtype int32, expected float32; convert it with xs.cast('float32').",
    ],
    [
      'a mask of another length',
      () => unroll(rnn, params, xs, { mask: zeros(2, 4) }),
      'mask: got shape [2, 4], expected [batch = 2, time = 5]; it must match the first two axes of xs.',
    ],
    [
      'a state of another batch',
      () => unroll(rnn, params, xs, { initialState: { h: zeros(3, 4) } }),
      'initialState.h: got shape [3, 4], expected [batch = 2, hidden = 4]; it must match xs and the recurrent weights.',
    ],
    [
      'a state without its part',
      () => unroll(rnn, params, xs, { initialState: { c: zeros(2, 4) } as unknown as RnnState }),
      "initialState: got { c }, expected { h }; give every part that the cell 'rnn' carries.",
    ],
    [
      'weights that do not fit each other',
      () => unroll(rnn, { ...params, Whh: zeros(5, 5) }, xs),
      'Wxh: got shape [3, 4], expected [input, hidden = 5]; the last axis must match Whh.',
    ],
  ];
  test.each(bad)('%s', (_, call, message) => {
    const before = tf.memory().numTensors;
    let said = '';
    try {
      call();
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toBe(message);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1); // The bad argument itself.
  });
});

function stateOf(cell: AnyCell, params: Params, batch: number, draw: () => tf.Tensor2D): State {
  const parts = Object.keys(cell.initialState(params, batch));
  return Object.fromEntries(parts.map((part) => [part, drawPart(part, draw())])) as unknown as State;
}

function expectClose(got: Readonly<Record<string, tf.Tensor>>, expected: Readonly<Record<string, tf.Tensor>>): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(got)) {
    const wanted = expected[name] ?? tf.scalar(NaN);
    expect(tensor.shape, name).toEqual(wanted.shape);
    expect(tensor.sub(wanted).abs().max().dataSync()[0], name).toBeLessThan(1e-6);
  }
}
