import * as tf from '@tensorflow/tfjs-node';
import { gruWith, lstmWith, rnnWith, type Params, type State } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import { unroll, type Unrolled } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../cells/reference/case';

const [batch, time] = [4, 7];
/** Less than a vector, and more than the widest panel with something left over. */
const sizes = [{ inputSize: 3, hiddenSize: 5 }, { inputSize: 19, hiddenSize: 83 }]; // prettier-ignore

type Walk = (params: never, xs: tf.Tensor3D, options: never) => Unrolled<State>;

/** Each recurrence with the cell that it must agree with. */
const forms = [
  { walk: native.rnn as Walk, cell: rnnWith('tanh'), options: {} },
  { walk: native.rnn as Walk, cell: rnnWith('relu'), options: { activation: 'relu' } },
  ...(['after', 'before'] as const).flatMap((reset) =>
    (['keep', 'replace'] as const).map((update) => ({
      walk: native.gru,
      cell: gruWith({ reset, update }),
      options: { reset, update },
    })),
  ),
  ...(['sigmoid', 'hard_sigmoid', 'hard_sigmoid_keras2'] as const).flatMap((gateActivation) =>
    (['tanh', 'linear'] as const).map((outputActivation) => ({
      walk: native.lstm,
      cell: lstmWith({ gateActivation, outputActivation }),
      options: { gateActivation, outputActivation },
    })),
  ),
  {
    walk: native.gru as Walk,
    cell: gruWith({ gateActivation: 'hard_sigmoid_keras2', candidateActivation: 'relu' }),
    options: { gateActivation: 'hard_sigmoid_keras2', candidateActivation: 'relu' },
  },
  {
    walk: native.lstm as Walk,
    cell: lstmWith({ candidateActivation: 'relu', outputActivation: 'relu' }),
    options: { candidateActivation: 'relu', outputActivation: 'relu' },
  },
] as const;

const mask = tf.tensor2d([[1, 1, 1, 1, 0, 0, 0], [1, 0, 1, 1, 1, 0, 1], [0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1]]); // prettier-ignore
const ways = { 'from the first step': {}, 'in reverse': { reverse: true }, masked: { mask }, 'masked, in reverse': { mask, reverse: true } }; // prettier-ignore

const subjects = forms.flatMap((form) => sizes.map((size) => ({ ...form, ...size, name: form.cell.name })));

describe.each(subjects)('native $name, $inputSize to $hiddenSize', ({ walk, cell, options, inputSize, hiddenSize }) => {
  const params = (cell.init as (options: object) => Params)({ inputSize, hiddenSize, rng: rng(3) });
  const xs = normalTensor(rng(4), [batch, time, inputSize]);
  const dOutputs = normalTensor(rng(5), [batch, time, hiddenSize]);
  const parts = Object.keys(cell.initialState(params as never, 1));
  const start = parts.map((_, k) => normalTensor(rng(6 + k), [batch, hiddenSize], 0.5));
  const dFinal = parts.map((_, k) => normalTensor(rng(8 + k), [batch, hiddenSize]));
  const names = Object.keys(params);

  /** Outputs, final state and the gradients of a loss that sees both. */
  const solve = (way: (params: Params, xs: tf.Tensor3D, state: State) => Unrolled<State>): Record<string, unknown> =>
    tf.tidy(() => {
      const run = (values: tf.Tensor[]): Unrolled<State> => {
        const weights = Object.fromEntries(names.map((name, k) => [name, values[1 + k]])) as Params;
        const state = Object.fromEntries(parts.map((part, k) => [part, values[1 + names.length + k]]));
        return way(weights, values[0] as tf.Tensor3D, state as unknown as State);
      };
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const { outputs, final } = run(values);
        const each = parts.map((part, k) => (final[part] as tf.Tensor).mul(dFinal[k] as tf.Tensor).sum<tf.Scalar>());
        return tf.addN([outputs.mul(dOutputs).sum<tf.Scalar>(), ...each]);
      };
      const values = [xs, ...Object.values(params), ...start];
      const { outputs, final } = run(values);
      const gradients = tf.grads(loss)(values);
      const all = { outputs, ...final, ...Object.fromEntries(gradients.map((each, k) => [`d${['xs', ...names, ...parts][k] ?? ''}`, each])) }; // prettier-ignore
      return Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, tensor.arraySync()]));
    });

  test.each(Object.entries(ways))('agrees with the equations, %s', (_, way) => {
    const got = solve((p, x, initialState) => walk(p as never, x, { ...options, ...way, initialState } as never));
    const expected = solve((p, x, initialState) => unroll(cell as never, p as never, x, { ...way, initialState })); // prettier-ignore
    for (const [name, value] of Object.entries(got)) {
      expect(relativeError(value as never, expected[name] as never), name).toBeLessThan(1e-5);
    }
  });

  test('sees h through the mask of recurrent dropout', () => {
    const kept = [0.5, 0.3, 0, 1];
    const dropped = tf.tensor2d(kept.map((share) => Array.from({ length: hiddenSize }, (_, k) => ((k * 7) % 10 < share * 10 ? 2 : 0)))); // prettier-ignore
    const got = solve((p, x, initialState) =>
      walk(p as never, x, {
        ...options,
        initialState,
        mask,
        recurrentDropoutMask: dropped,
        carryDropped: true,
      } as never),
    );
    // One step at a time, each from a state that the mask has gone over, that of a GRU too.
    const expected = solve((p, x, initialState) => {
      let state = initialState;
      const outputs: tf.Tensor[] = [];
      for (let t = 0; t < time; t++) {
        const step = x.slice([0, t, 0], [batch, 1, inputSize]);
        const seen = { ...state, h: state.h.mul<tf.Tensor2D>(dropped) };
        const taken = mask.slice([0, t], [batch, 1]).cast('bool');
        const next = unroll(cell as never, p as never, step as never, { initialState: seen }) as Unrolled<State>;
        state = Object.fromEntries(
          Object.entries(next.final).map(([part, value]) => [part, tf.where(taken, value, state[part] as tf.Tensor)]),
        ) as unknown as State;
        outputs.push(state.h.expandDims(1));
      }
      return { outputs: tf.concat(outputs, 1) as tf.Tensor3D, final: state };
    });
    for (const [name, value] of Object.entries(got)) {
      expect(relativeError(value as never, expected[name] as never), name).toBeLessThan(1e-5);
    }
  });

  test('leaves as many tensors, with and without a gradient', () => {
    const before = tf.memory().numTensors;
    const { outputs, final } = walk(params as never, xs, { ...options, mask } as never);
    tf.dispose([outputs, ...Object.values(final)]);
    expect(tf.memory().numTensors).toBe(before);
    const outputsOf = (x: tf.Tensor): tf.Scalar =>
      walk(params as never, x as tf.Tensor3D, options as never).outputs.sum();
    tf.dispose(tf.grad(outputsOf)(xs));
    expect(tf.memory().numTensors).toBe(before);
  });
});
