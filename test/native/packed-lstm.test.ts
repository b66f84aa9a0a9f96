import * as tf from '@tensorflow/tfjs-node';
import { opsInUse, packedLstm, type NativeLstmOptions, type PackedLstmParams } from 'kernel-lib/native';
import { at, normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test, vi } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';
import { lstmEquations } from './equations';

interface Problem {
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
  readonly masked?: boolean;
  readonly reverse?: boolean;
  readonly givenState?: boolean;
  readonly peepholes?: boolean;
}

const problems: readonly Problem[] = [
  { batch: 1, time: 1, input: 1, hidden: 1 },
  { batch: 7, time: 1, input: 3, hidden: 5, givenState: true },
  { batch: 1, time: 33, input: 3, hidden: 5, givenState: true },
  { batch: 7, time: 33, input: 13, hidden: 17 },
  { batch: 7, time: 33, input: 13, hidden: 17, givenState: true, reverse: true },
  { batch: 7, time: 33, input: 13, hidden: 17, givenState: true, masked: true },
  { batch: 1, time: 33, input: 13, hidden: 17, givenState: true, masked: true, reverse: true },
  { batch: 7, time: 1, input: 3, hidden: 5, givenState: true, masked: true },
  { batch: 7, time: 9, input: 3, hidden: 5, masked: true, reverse: true, peepholes: true },
  { batch: 1, time: 1, input: 3, hidden: 5, givenState: true, peepholes: true },
  { batch: 7, time: 33, input: 13, hidden: 17, givenState: true, peepholes: true },
];

const nameOf = (problem: Problem): string =>
  Object.entries(problem).map(([key, value]) => (value === true ? key : `${key} ${value}`)).join(', '); // prettier-ignore

/** For the caller's tidy to free. */
function draw({ batch, time, input, hidden, ...flags }: Problem): {
  params: PackedLstmParams;
  xs: tf.Tensor3D;
  options: NativeLstmOptions;
} {
  const g = rng(1);
  const vector = (): tf.Tensor1D => normalTensor(g, [hidden], 0.5);
  const state = (): tf.Tensor2D => normalTensor(g, [batch, hidden], 0.5);
  // The first sequence takes no step at all, the last every one, where there is more than one sequence.
  const taken = (n: number): boolean => (batch > 1 && (n === 0 || n === batch - 1) ? n > 0 : g.uniform() < 0.6);
  const rows = Array.from({ length: batch }, (_, n) => Array.from({ length: time }, () => Number(taken(n))));
  return {
    params: {
      kernel: normalTensor(g, [input, 4 * hidden], 0.5 / Math.sqrt(input)),
      recurrentKernel: normalTensor(g, [hidden, 4 * hidden], 0.5 / Math.sqrt(hidden)),
      bias: normalTensor(g, [4 * hidden], 0.5),
      ...(flags.peepholes && { peepholes: { pi: vector(), pf: vector(), po: vector() } }),
    },
    xs: normalTensor(g, [batch, time, input]),
    options: {
      reverse: flags.reverse ?? false,
      ...(flags.masked && { mask: tf.tensor2d(rows) }),
      ...(flags.givenState && { initialState: { h: state(), c: state() } }),
    },
  };
}

type Way = (...args: [PackedLstmParams, tf.Tensor3D, NativeLstmOptions?]) => ReturnType<typeof packedLstm>;

/** Outputs, final state, and the gradient of a loss that sees all three with respect to everything. */
function solve(way: Way, problem: Problem, seen = ['outputs', 'h', 'c']): Record<string, Nested> {
  return tf.tidy(() => {
    const { params, xs, options } = draw(problem);
    const { batch, time, hidden } = problem;
    const g = rng(2);
    const dOutputs = normalTensor(g, [batch, time, hidden]);
    const [dh, dc] = [normalTensor(g, [batch, hidden]), normalTensor(g, [batch, hidden])];
    const named: Record<string, tf.Tensor> = { xs, kernel: params.kernel, recurrentKernel: params.recurrentKernel };
    Object.assign(named, { bias: params.bias }, params.peepholes, options.initialState);

    const walk = (values: Record<string, tf.Tensor>): ReturnType<typeof packedLstm> => {
      const { xs: xsNow, h, c, kernel, recurrentKernel, bias, ...looks } = values;
      const weights = { kernel, recurrentKernel, bias, ...(params.peepholes && { peepholes: looks }) };
      const start = options.initialState ? { ...options, initialState: { h, c } } : options;
      return way(weights as PackedLstmParams, xsNow as tf.Tensor3D, start as NativeLstmOptions);
    };
    const names = Object.keys(named);
    const error = (...values: tf.Tensor[]): tf.Scalar => {
      const { outputs, final } = walk(Object.fromEntries(names.map((name, k) => [name, at(values, k)])));
      const parts = { outputs: outputs.mul(dOutputs), h: final.h.mul(dh), c: final.c.mul(dc) };
      return tf.addN(seen.map((part) => parts[part as keyof typeof parts].sum<tf.Scalar>()));
    };
    const gradients = tf.grads(error)(Object.values(named));
    const { outputs, final } = walk(named);
    return {
      outputs: outputs.arraySync(),
      h: final.h.arraySync(),
      c: final.c.arraySync(),
      ...Object.fromEntries(names.map((name, k) => [`d${name}`, gradients[k]?.arraySync() as Nested])),
    };
  });
}

describe('the native LSTM and its equations under autodiff', () => {
  test.each(problems.map((problem) => [nameOf(problem), problem] as const))('agree: %s', (_, problem) => {
    const [got, expected] = [solve(packedLstm, problem), solve(lstmEquations, problem)];
    expect(Object.keys(got)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(got)) {
      expect(relativeError(value, expected[name] ?? []), name).toBeLessThan(1e-5);
    }
  });

  test.each(['outputs', 'h', 'c'])('agree on the gradient of %s alone', (part) => {
    const problem = { batch: 3, time: 9, input: 3, hidden: 5, givenState: true, masked: true };
    const [got, expected] = [solve(packedLstm, problem, [part]), solve(lstmEquations, problem, [part])];
    for (const [name, value] of Object.entries(got)) {
      expect(relativeError(value, expected[name] ?? []), name).toBeLessThan(1e-5);
    }
  });
});

describe('the native LSTM', () => {
  const sizes: Problem = { batch: 2, time: 4, input: 3, hidden: 5, givenState: true, masked: true, peepholes: true };

  test('does not look at the numbers of a step that is not taken', () => {
    const taken = tf.tensor2d([[1, 0, 1, 0], [1, 1, 1, 0]]); // prettier-ignore
    const { params, xs } = draw(sizes);
    const masked = tf.where(taken.cast('bool').expandDims(2), xs, NaN);
    const gradients = tf.grads((x: tf.Tensor, W: tf.Tensor) => {
      const weights = { ...params, kernel: W as tf.Tensor2D };
      return packedLstm(weights, x as tf.Tensor3D, { mask: taken }).outputs.sum();
    })([masked, params.kernel]);
    for (const gradient of gradients) expect(tf.isFinite(gradient).all().dataSync()[0]).toBe(1);
  });

  test('leaves no tensors behind over 100 steps of training', () => {
    const before = tf.memory().numTensors;
    for (let step = 0; step < 100; step++)
      solve(packedLstm, { ...sizes, reverse: step % 2 === 0, masked: step % 3 > 0 });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('leaves no native tensor behind either', () => {
    const count = (): number => (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors();
    solve(packedLstm, sizes);
    const before = count();
    for (let step = 0; step < 10; step++) solve(packedLstm, sizes);
    expect(count()).toBe(before);
  });

  test('says nothing on the console', () => {
    const warn = console.warn;
    const said: unknown[] = [];
    console.warn = (...words) => void said.push(...words);
    solve(packedLstm, sizes);
    console.warn = warn;
    expect(said).toEqual([]);
  });

  test.runIf(opsInUse().ops === 'stock')('never gives TensorFlow the odd sizes that it warns of on stderr', () => {
    const backend = tf.backend() as unknown as {
      executeMultipleOutputs(...args: [string, unknown, tf.Tensor[]]): unknown;
    };
    const run = vi.spyOn(backend, 'executeMultipleOutputs');
    for (const problem of problems) solve(packedLstm, problem);
    const sizes = run.mock.calls.filter(([op]) => op === 'BlockLSTM').map(([, , [, x, c]]) => [x?.shape, c?.shape]);
    run.mockRestore();
    expect(sizes.length).toBeGreaterThan(0);
    for (const [[, batch = 0, input = 0] = [], [, hidden = 0] = []] of sizes) {
      expect(batch % 2 === 0 || (input % 2 === 0 && hidden % 2 === 0)).toBe(true);
    }
  });

  test('refuses the gradient of a gradient', () => {
    tf.tidy(() => {
      const { params, xs } = draw(sizes);
      const slope = tf.grad((x: tf.Tensor) => packedLstm(params, x as tf.Tensor3D).outputs.sum());
      expect(() => tf.grad((x: tf.Tensor) => slope(x).square().sum())(xs)).toThrow(
        "native.lstm: got a gradient of a gradient, expected a first one; native ops have no second derivative, the equations on tf's own ops have.",
      );
    });
  });

  const wrong: readonly [string, (right: ReturnType<typeof draw>) => Parameters<typeof packedLstm>, string][] = [
    [
      'a kernel of other gates',
      ({ params, xs }) => [{ ...params, kernel: tf.zeros([3, 16]) }, xs],
      'kernel: got shape [3, 16], expected [input, 4 hidden = 20]; the last axis must match recurrentKernel.',
    ],
    [
      'a recurrent kernel of three gates',
      ({ params, xs }) => [{ ...params, recurrentKernel: tf.zeros([5, 15]) }, xs],
      'recurrentKernel: got shape [5, 15], expected [hidden = 5, 4 hidden = 20]; it must hold i, f, g, o side by side.',
    ],
    [
      'a bias of another length',
      ({ params, xs }) => [{ ...params, bias: tf.zeros([5]) }, xs],
      'bias: got shape [5], expected [4 hidden = 20]; it must match recurrentKernel.',
    ],
    [
      'a peephole of another length',
      ({ params, xs }) => [{ ...params, peepholes: { pi: tf.zeros([5]), pf: tf.zeros([4]), po: tf.zeros([5]) } }, xs],
      'peepholes.pf: got shape [4], expected [hidden = 5]; it must match recurrentKernel.',
    ],
    [
      'other features',
      ({ params }) => [params, tf.zeros([2, 4, 2])],
      'xs: got shape [2, 4, 2], expected [batch, time, input = 3]; the last axis must match the first of the input weights.',
    ],
    [
      'integers',
      ({ params }) => [params, tf.zeros([2, 4, 3], 'int32')],
      "xs: got dtype int32, expected float32; convert it with xs.cast('float32').",
    ],
    [
      'no time steps',
      ({ params }) => [params, tf.zeros([2, 0, 3])],
      'xs: got shape [2, 0, 3], expected [batch, time, input = 3]; axis 1, time, is empty.',
    ],
    [
      'a longer mask',
      ({ params, xs }) => [params, xs, { mask: tf.ones([2, 5]) }],
      'mask: got shape [2, 5], expected [batch = 2, time = 4]; it must match the first two axes of xs.',
    ],
    [
      'a state of another batch',
      ({ params, xs }) => [params, xs, { initialState: { h: tf.zeros([2, 5]), c: tf.zeros([3, 5]) } }],
      'initialState.c: got shape [3, 5], expected [batch = 2, hidden = 5]; it must match xs and the recurrent weights.',
    ],
  ];
  test.each(wrong)('refuses %s', (_, change, message) => {
    tf.tidy(() => {
      const args = change(draw(sizes));
      expect(() => packedLstm(...args)).toThrow(message);
    });
  });
});
