import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { gruWith, lstmPeepholeWith, lstmWith, type Cell, type Params, type State } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import { droppedGru, droppedLstm } from 'kernel-lib/native/dropped-cells';
import { unroll, type Unrolled } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

interface Golden {
  readonly cell: 'lstm' | 'gru' | 'gru (reset before)';
  readonly flags: readonly string[];
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly outputs: Nested;
  readonly final: Readonly<Record<string, Nested>>;
  readonly gradients: Readonly<Record<string, Nested>>;
}

const { cases } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../golden/dropout.json'), 'utf8'),
) as { readonly cases: readonly Golden[] }; // prettier-ignore

const take = <T>(from: Readonly<Record<string, T>>, name: string): T => {
  const { [name]: value } = from;
  if (value === undefined) throw new Error(`There is no ${name}.`);
  return value;
};

type Walk = (params: unknown, xs: tf.Tensor, options: unknown) => Unrolled<State>;

/** Outputs, final state, and the gradients of Σ outputs ⊙ dOutputs + Σ final ⊙ dFinal with respect to those values. */
function solve(
  run: (values: Readonly<Record<string, tf.Tensor>>) => Unrolled<State>,
  values: Readonly<Record<string, tf.Tensor>>,
  { dOutputs, dFinal }: { readonly dOutputs: tf.Tensor; readonly dFinal: Readonly<Record<string, tf.Tensor>> },
): Record<string, Nested> {
  return tf.tidy(() => {
    const names = Object.keys(values);
    const named = (list: tf.Tensor[]): Record<string, tf.Tensor> =>
      Object.fromEntries(names.map((name, k) => [name, list[k] ?? tf.scalar(NaN)]));
    const loss = (...list: tf.Tensor[]): tf.Scalar => {
      const { outputs, final } = run(named(list));
      const each = Object.entries(dFinal).map(([part, d]) => (final[part] as tf.Tensor).mul(d).sum<tf.Scalar>());
      return tf.addN([outputs.mul(dOutputs).sum<tf.Scalar>(), ...each]);
    };
    const { outputs, final } = run(values);
    const gradients = named(tf.grads(loss)(Object.values(values)));
    const all = { outputs, ...final, ...Object.fromEntries(names.map((name) => [`d${name}`, take(gradients, name)])) };
    return Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, tensor.arraySync() as Nested]));
  });
}

function expectSame(got: Readonly<Record<string, Nested>>, expected: Readonly<Record<string, Nested>>): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(got)) {
    expect(relativeError(value, take(expected, name)), name).toBeLessThan(1e-5);
  }
}

describe.each(cases.map((golden) => ({ ...golden, name: [golden.cell, ...golden.flags, ...('xMask' in golden.inputs ? ['x too'] : [])].join(', ') })))(
  "a mask for each gate: $name",
  ({ cell, flags, inputs, outputs, final, gradients }) => {
    test("has the numbers and gradients of Keras's layer", () => {
      const tensor = (name: string): tf.Tensor => tf.tensor(inputs[name] as number[]);
      const parts = Object.keys(final);
      const hidden = parts[0] && (inputs.h0 as number[][])[0]?.length;
      const names = ['xs', ...parts.map((part) => `${part}0`), 'kernel', 'recurrentKernel', 'bias'];
      const run = (values: Readonly<Record<string, tf.Tensor>>): Unrolled<State> => {
        const { xs, kernel, recurrentKernel, bias } = values as Record<'xs' | 'kernel' | 'recurrentKernel' | 'bias', tf.Tensor>;
        const options = {
          initialState: Object.fromEntries(parts.map((part) => [part, values[`${part}0`]])),
          recurrentDropoutMask: tensor('hMask'),
          ...('xMask' in inputs && { dropoutMask: tensor('xMask') }),
          ...('mask' in inputs && { mask: tensor('mask') }),
          reverse: flags.includes('reverse'),
        };
        if (cell === 'lstm') return (native.packedLstm as Walk)({ kernel, recurrentKernel, bias }, xs, options);
        if (cell === 'gru (reset before)') {
          return (native.packedGru as Walk)({ kernel, recurrentKernel, bias }, xs, { ...options, reset: 'before' });
        }
        // Keras holds a second bias for z and r too
        const [first, second] = tf.unstack(bias) as [tf.Tensor1D, tf.Tensor1D];
        const [z, r, candidateRecurrentBias] = tf.split(second, 3) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
        const both = first.add(tf.concat([z, r, tf.zeros([hidden as number])]));
        return (native.packedGru as Walk)({ kernel, recurrentKernel, bias: both, candidateRecurrentBias }, xs, options);
      };
      tf.tidy(() => {
        const values = Object.fromEntries(names.map((name) => [name, tensor(name)]));
        const dFinal = Object.fromEntries(parts.map((part) => [part, tensor(`d${part}`)]));
        const expected = Object.fromEntries(names.map((name) => [`d${name}`, take(gradients, name)]));
        expectSame(solve(run, values, { dOutputs: tensor('dOutputs'), dFinal }), { outputs, ...final, ...expected });
      });
    });
  },
); // prettier-ignore

const [batch, time] = [4, 6];
/** Less than a vector, and more than the widest panel with something left over. */
const sizes = [{ inputSize: 3, hiddenSize: 5 }, { inputSize: 19, hiddenSize: 83 }]; // prettier-ignore

/** Each form, the cell whose masks are each gate's own, and how many gates there are. */
const forms = [
  ...[{}, { candidateActivation: 'relu', outputActivation: 'linear', gateActivation: 'hard_sigmoid' } as const].map((options) => ({
    ...{ gates: 4, walk: native.lstm as Walk, plain: lstmWith(options), options },
    dropped: (cell: never, masks: object) => droppedLstm(cell, options, masks),
  })),
  {
    ...{ gates: 4, walk: native.lstm as Walk, plain: lstmPeepholeWith(), options: {} },
    dropped: (cell: never, masks: object) => droppedLstm(cell, {}, masks),
  },
  ...(['after', 'before'] as const).flatMap((reset) =>
    (['keep', 'replace'] as const).map((update) => ({
      ...{ gates: 3, walk: native.gru as Walk, plain: gruWith({ reset, update }), options: { reset, update } },
      dropped: (cell: never, masks: object) => droppedGru(cell, { reset, update }, masks),
    })),
  ),
]; // prettier-ignore

describe.each(forms.flatMap((form) => sizes.map((size) => ({ ...form, ...size, name: form.plain.name }))))(
  'native $name with dropout, $inputSize to $hiddenSize',
  ({ gates, walk, plain, options, dropped, inputSize, hiddenSize }) => {
    const cell = plain as unknown as Cell<
      Params,
      State,
      { inputSize: number; hiddenSize: number; rng: ReturnType<typeof rng> }
    >;
    const drawn = cell.init({ inputSize, hiddenSize, rng: rng(3) });
    // peepholes start at zero
    const params = Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, name.startsWith('p') ? normalTensor(rng(2), [hiddenSize]) : value])); // prettier-ignore
    const parts = Object.keys(cell.initialState(params, 1));
    const values = {
      xs: normalTensor(rng(4), [batch, time, inputSize]),
      ...params,
      ...Object.fromEntries(parts.map((part, k) => [`${part}0`, normalTensor(rng(6 + k), [batch, hiddenSize], 0.5)])),
    };
    const towards = {
      dOutputs: normalTensor(rng(5), [batch, time, hiddenSize]),
      dFinal: Object.fromEntries(parts.map((part, k) => [part, normalTensor(rng(8 + k), [batch, hiddenSize])])),
    };
    const [ofX, ofH] = [
      normalTensor(rng(10), [batch, gates, inputSize]),
      normalTensor(rng(11), [batch, gates, hiddenSize]),
    ];
    const [sharedX, sharedH] = [normalTensor(rng(12), [batch, inputSize]), normalTensor(rng(13), [batch, hiddenSize])];
    const mask = tf.tensor2d([[1, 1, 1, 1, 0, 0], [1, 0, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]]); // prettier-ignore
    const byName = (given: Readonly<Record<string, tf.Tensor>>) => ({
      weights: Object.fromEntries(Object.keys(params).map((name) => [name, take(given, name)])),
      initialState: Object.fromEntries(
        parts.map((part) => [part, given[`${part}0`] as tf.Tensor2D]),
      ) as unknown as State,
    });
    const solved = (more: object): Record<string, Nested> =>
      solve(
        (given) => {
          const { weights, initialState } = byName(given);
          return walk(weights, take(given, 'xs'), { ...options, initialState, ...more });
        },
        values,
        towards,
      );
    const byEquations = ({ mask: taken, reverse, ...masks }: { mask?: tf.Tensor2D; reverse?: boolean }) =>
      solve(
        (given) => {
          const { weights, initialState } = byName(given);
          const walked = dropped(cell as never, masks) as typeof cell;
          return unroll(walked, weights, given.xs as tf.Tensor3D, { initialState, ...(taken && { mask: taken }), ...(reverse && { reverse }) }); // prettier-ignore
        },
        values,
        towards,
      );

    test.each(
      Object.entries({
        'a mask of x for each gate': { dropoutMask: ofX },
        'a mask of h for each gate': { recurrentDropoutMask: ofH },
        'both, masked, in reverse': { dropoutMask: ofX, recurrentDropoutMask: ofH, mask, reverse: true },
        'of x for each gate, of h for all': { dropoutMask: ofX, recurrentDropoutMask: sharedH, mask },
        'of x for all gates, of h for each': { dropoutMask: sharedX, recurrentDropoutMask: ofH },
        ...(gates === 3 && { 'a carried state that is dropped from': { dropoutMask: ofX, recurrentDropoutMask: sharedH, carryDropped: true, mask } }),
      }),
    )('agrees with the equations: %s', (_, masks) => {
      expectSame(solved(masks), byEquations(masks));
    }); // prettier-ignore

    test('takes a mask for all gates as the same one for each', () => {
      const each = (shared: tf.Tensor2D): tf.Tensor => tf.tile(shared.expandDims(1), [1, gates, 1]);
      expectSame(
        solved({ dropoutMask: sharedX, recurrentDropoutMask: sharedH }),
        solved({ dropoutMask: each(sharedX), recurrentDropoutMask: each(sharedH) }),
      );
    });

    test('leaves as many tensors, with and without a gradient', () => {
      const more = { dropoutMask: ofX, recurrentDropoutMask: ofH, mask };
      const before = tf.memory().numTensors;
      const { outputs, final } = walk(params, values.xs, { ...options, ...more });
      tf.dispose([outputs, ...Object.values(final)]);
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose(tf.grad((x: tf.Tensor) => walk(params, x, { ...options, ...more }).outputs.sum())(values.xs));
      expect(tf.memory().numTensors).toBe(before);
    });
  },
);

test('a simple recurrent network has one mask, by either name of its shape', () => {
  tf.tidy(() => {
    const xs = normalTensor(rng(1), [2, 3, 4]);
    const weights = { Wxh: normalTensor(rng(2), [4, 5]), Whh: normalTensor(rng(3), [5, 5]), bh: tf.zeros<tf.Rank.R1>([5]) }; // prettier-ignore
    const masks = { dropoutMask: normalTensor(rng(4), [2, 4]), recurrentDropoutMask: normalTensor(rng(5), [2, 5]) };
    const each = {
      dropoutMask: masks.dropoutMask.expandDims<tf.Tensor3D>(1),
      recurrentDropoutMask: masks.recurrentDropoutMask.expandDims<tf.Tensor3D>(1),
    };
    const [shared, single, none] = [masks, each, {}].map((more) => native.rnn(weights, xs, more).outputs);
    expect(relativeError(single?.arraySync() as Nested, shared?.arraySync() as Nested)).toBe(0);
    const x = xs.mul<tf.Tensor3D>(each.dropoutMask);
    const { outputs } = native.rnn(weights, x, { recurrentDropoutMask: masks.recurrentDropoutMask });
    expect(relativeError(shared?.arraySync() as Nested, outputs.arraySync())).toBeLessThan(1e-6);
    expect(relativeError(shared?.arraySync() as Nested, none?.arraySync() as Nested)).toBeGreaterThan(0.1);
  });
});

describe('what is refused', () => {
  const params = () => ({
    kernel: tf.ones<tf.Rank.R2>([3, 12]),
    recurrentKernel: tf.ones<tf.Rank.R2>([4, 12]),
    bias: tf.zeros<tf.Rank.R1>([12]),
  });
  const ids = (): tf.Tensor2D => tf.tensor2d([[0, 1]], [1, 2], 'int32');

  test.each([
    ['a mask of x for ids', { dropoutMask: [1, 3] }, true, /^dropoutMask: got one for ids, expected none: .*embed the ids/],
    ['too few gates', { recurrentDropoutMask: [1, 2, 4] }, false, /^recurrentDropoutMask: got shape \[1, 2, 4\], expected \[batch = 1, gates = 3, hidden = 4\]; .* z, r, h\.$/],
    ['another width', { dropoutMask: [1, 3, 4] }, false, /^dropoutMask: got shape \[1, 3, 4\], expected \[batch = 1, gates = 3, input = 3\]; it must match xs/],
    ['a carried state with a mask for each gate', { recurrentDropoutMask: [1, 3, 4], carryDropped: true }, false, /^carryDropped: got true with a mask for each gate, expected .*\[batch, hidden\]\.$/],
  ] as const)('%s', (_, shapes, onIds, sentence) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const options = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, typeof shape === 'boolean' ? shape : tf.ones(shape as readonly number[] as number[])]));
      const xs = onIds ? ids() : tf.ones<tf.Rank.R3>([1, 2, 3]);
      expect(() => native.packedGru(params(), xs, options)).toThrow(sentence);
    });
    expect(tf.memory().numTensors).toBe(before);
  }); // prettier-ignore
});
