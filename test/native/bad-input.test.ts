import * as tf from '@tensorflow/tfjs-node';
import * as native from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** A function of `native` with arguments that are right. */
interface Subject {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly call: (tensors: never) => unknown;
  /** Axes whose size another argument fixes. */
  readonly fixed?: Readonly<Record<string, readonly number[]>>;
  /** Takes matrices with any axes before them. */
  readonly batched?: true;
  /** Looks at every number. */
  readonly finite?: true;
}

const [batch, time, input, hidden] = [2, 3, 4, 5];

/** Weights packed for that many gates, and the sequence that they walk. */
function packed(
  gates: number,
  parts: readonly string[],
  more: Subject['shapes'] = {},
): Pick<Subject, 'shapes' | 'fixed'> {
  const shapes = {
    kernel: [input, gates * hidden],
    recurrentKernel: [hidden, gates * hidden],
    bias: [gates * hidden],
    ...more,
    ...sequence(parts),
  };
  return { shapes, fixed: allFixed(shapes) };
}

/** Weights by the names of the cell, and the sequence that they walk. */
function named(
  gates: readonly string[],
  parts: readonly string[],
  more: Subject['shapes'] = {},
): Pick<Subject, 'shapes' | 'fixed'> {
  const shapes: Record<string, readonly number[]> = { ...more, ...sequence(parts) };
  for (const gate of gates) {
    shapes[`Wx${gate}`] = [input, hidden];
    shapes[`Wh${gate}`] = [hidden, hidden];
    shapes[`b${gate}`] = [hidden];
  }
  return { shapes, fixed: allFixed(shapes) };
}

const sequence = (parts: readonly string[]): Subject['shapes'] => ({
  xs: [batch, time, input],
  mask: [batch, time],
  dropoutMask: [batch, input],
  recurrentDropoutMask: [batch, hidden],
  ...Object.fromEntries(parts.map((part) => [part, [batch, hidden]])),
});

const allFixed = (shapes: Subject['shapes']): Subject['shapes'] =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, [...shape.keys()]]));

interface Walk {
  readonly xs: tf.Tensor3D;
  readonly mask: tf.Tensor2D;
  readonly dropoutMask: tf.Tensor2D;
  readonly recurrentDropoutMask: tf.Tensor2D;
  readonly h: tf.Tensor2D;
  readonly c: tf.Tensor2D;
}
const options = ({ mask, dropoutMask, recurrentDropoutMask }: Walk, initialState: object): object => ({
  ...{ mask, dropoutMask, recurrentDropoutMask, initialState },
});

const square = { shapes: { A: [3, 3] }, fixed: { A: [0, 1] }, batched: true, finite: true } as const;
const matrix = { shapes: { A: [4, 3] }, batched: true, finite: true } as const;
const logits = { shapes: { logits: [batch, 6, 3] } };

const subjects: Readonly<Record<string, Subject>> = {
  packedLstm: {
    ...packed(4, ['h', 'c'], { pi: [hidden], pf: [hidden], po: [hidden] }),
    call: ({ kernel, recurrentKernel, bias, pi, pf, po, ...walk }: native.PackedLstmParams & native.Peepholes & Walk) =>
      native.packedLstm(
        { kernel, recurrentKernel, bias, peepholes: { pi, pf, po } },
        walk.xs,
        options(walk, { h: walk.h, c: walk.c }),
      ),
  },
  packedGru: {
    ...packed(3, ['h'], { candidateRecurrentBias: [hidden] }),
    call: ({ xs, mask, dropoutMask, recurrentDropoutMask, h, c, ...params }: native.PackedGruParams & Walk) =>
      native.packedGru(params, xs, options({ xs, mask, dropoutMask, recurrentDropoutMask, h, c }, { h })),
  },
  packedRnn: {
    ...packed(1, ['h']),
    call: ({ xs, mask, dropoutMask, recurrentDropoutMask, h, c, ...params }: native.PackedRnnParams & Walk) =>
      native.packedRnn(params, xs, options({ xs, mask, dropoutMask, recurrentDropoutMask, h, c }, { h })),
  },
  lstm: {
    ...named(['i', 'f', 'g', 'o'], ['h', 'c'], { pi: [hidden], po: [hidden] }),
    call: ({ xs, mask, dropoutMask, recurrentDropoutMask, h, c, ...params }: native.NativeLstmParams & Walk) =>
      native.lstm(params, xs, options({ xs, mask, dropoutMask, recurrentDropoutMask, h, c }, { h, c })),
  },
  gru: {
    ...named(['z', 'r', 'h'], ['h'], { bhh: [hidden] }),
    call: ({ xs, mask, dropoutMask, recurrentDropoutMask, h, c, ...params }: native.NativeGruParams & Walk) =>
      native.gru(params, xs, options({ xs, mask, dropoutMask, recurrentDropoutMask, h, c }, { h })),
  },
  rnn: {
    ...named(['h'], ['h']),
    call: ({ Wxh, Whh, bh, ...walk }: { Wxh: tf.Tensor2D; Whh: tf.Tensor2D; bh: tf.Tensor1D } & Walk) =>
      native.rnn({ Wxh, Whh, bh }, walk.xs, options(walk, { h: walk.h })),
  },
  eigenvalues: { ...square, call: ({ A }: { A: tf.Tensor }) => native.eigenvalues(A) },
  eig: { ...square, call: ({ A }: { A: tf.Tensor }) => native.eig(A) },
  singularValues: { ...matrix, call: ({ A }: { A: tf.Tensor }) => native.singularValues(A) },
  svd: { ...matrix, call: ({ A }: { A: tf.Tensor }) => native.svd(A) },
  qr: { ...matrix, call: ({ A }: { A: tf.Tensor }) => native.qr(A) },
  ctcLoss: { ...logits, call: ({ logits: x }: { logits: tf.Tensor3D }) => native.ctcLoss(x, [[0, 1], [1]]) },
  ctcGreedyDecode: { ...logits, call: ({ logits: x }: { logits: tf.Tensor3D }) => native.ctcGreedyDecode(x) },
  ctcBeamSearchDecode: {
    ...logits,
    finite: true,
    call: ({ logits: x }: { logits: tf.Tensor3D }) => native.ctcBeamSearchDecode(x),
  },
  audioSpectrogram: {
    shapes: { samples: [32, 2] },
    call: ({ samples }: { samples: tf.Tensor2D }) => native.audioSpectrogram(samples, { windowSize: 8, stride: 4 }),
  },
  mfcc: {
    shapes: { spectrogram: [1, 2, 65] },
    call: ({ spectrogram }: { spectrogram: tf.Tensor3D }) =>
      native.mfcc(spectrogram, { sampleRate: 8000, filterbankChannels: 8, dctCoefficients: 4 }),
  },
  encodeWav: {
    shapes: { samples: [32, 2] },
    finite: true,
    call: ({ samples }: { samples: tf.Tensor2D }) => native.encodeWav({ samples, sampleRate: 8000 }),
  },
};

/** What takes no tensor, or none that could be wrong. */
const others = ['decodeWav', 'opsInUse'];

test('every function of native is here', () => {
  const functions = Object.entries(native).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(functions.sort()).toEqual([...Object.keys(subjects), ...others].sort());
});

function tensorsOf({ shapes }: Subject): Record<string, tf.Tensor> {
  const draw = rng(1);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      name === 'mask' ? tf.ones([...shape]) : normalTensor(draw, shape as [number], 0.3),
    ]),
  );
}

const longer = (tensor: tf.Tensor, axis: number): tf.Tensor => tf.concat([tensor, tensor.slice(0).split(tensor.shape[axis] ?? 1, axis)[0] ?? tensor], axis); // prettier-ignore
const empty = (tensor: tf.Tensor, axis: number): tf.Tensor => tf.zeros(tensor.shape.with(axis, 0));
const disposed = (tensor: tf.Tensor): tf.Tensor => {
  const copy = tensor.add(0);
  copy.dispose();
  return copy;
};

/** Every way in which an argument can be wrong. */
function* spoiled(
  name: string,
  tensor: tf.Tensor,
  { fixed, batched, finite }: Subject,
): Generator<[what: string, value: unknown]> {
  yield ['another rank', batched ? tensor.flatten() : tensor.expandDims(0)];
  yield ['a scalar', tf.scalar(1)];
  yield ['another dtype', name === 'mask' ? tf.complex(tensor, tensor) : tensor.cast('int32')];
  yield ['strings', tf.fill(tensor.shape, 'a')];
  yield ['a disposed tensor', disposed(tensor)];
  yield ['an array', tensor.arraySync()];
  yield ['a number', 1];
  if (!/mask$/i.test(name)) yield ['null', null]; // those may be left out
  for (const axis of tensor.shape.keys()) {
    if (!batched) yield [`an empty axis ${axis}`, empty(tensor, axis)];
    if (fixed?.[name]?.includes(axis)) yield [`an axis ${axis} that is too long`, longer(tensor, axis)];
  }
  if (finite) yield ['NaN', tensor.mul(NaN)];
}

describe.each(Object.keys(subjects))('native.%s refuses in one sentence, before the op', (subject) => {
  const { [subject]: it = { shapes: {}, call: () => undefined } } = subjects;
  const run = (tensors: Tensors): unknown => it.call(tensors as never);

  test.each(Object.keys(it.shapes))('%s', (name) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const good = tensorsOf(it);
      const right = good[name] ?? tf.scalar(0);
      for (const [what, value] of spoiled(name, right, it)) {
        const held = tf.memory().numTensors;
        let message = 'nothing was thrown';
        try {
          run({ ...good, [name]: value as tf.Tensor });
        } catch (error) {
          message = (error as Error).message;
        }
        expect(`${what}: ${message}`).toMatch(/^[^\n]+: got [^\n]+, expected [^\n]+\.$/);
        expect(`${what}: ${tf.memory().numTensors - held} tensors left`).toBe(`${what}: 0 tensors left`);
      }
      run(good);
      return [];
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what is said on the console meanwhile', () => {
  const said: unknown[] = [];
  const { warn } = console;
  beforeAll(() => {
    console.warn = (...words) => void said.push(...words);
  });
  afterAll(() => {
    console.warn = warn;
  });
  test.each(Object.keys(subjects))('is nothing, by native.%s', (subject) => {
    tf.tidy(() => {
      const it = subjects[subject];
      if (it) it.call(tensorsOf(it) as never);
      return [];
    });
    expect(said).toEqual([]);
  });
});
