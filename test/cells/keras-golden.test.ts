import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { gruForms, lstm, rnn, type Cell, type Params, type SequenceOptions, type State } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import { bidirectional, stacked, unroll } from 'kernel-lib/sequence';
import { at } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { drawInputs, kerasCases, type KerasCase, type KerasInputs } from './keras-golden';
import { relativeError, type Nested } from './reference/case';

type AnyCell = Cell<Params, State, never>;
type Walk = (
  params: Params,
  xs: tf.Tensor3D,
  options: SequenceOptions<State>,
) => { outputs: tf.Tensor3D; final: State };
type Backward = (params: Params, xs: tf.Tensor3D, dOutputs: tf.Tensor3D, options: SequenceOptions<State>) => Gradients;
type Gradients = { readonly dxs: tf.Tensor3D } & Readonly<Record<string, tf.Tensor>>;
/** Of each layer and direction. */
interface Solved {
  readonly outputs?: tf.Tensor3D;
  readonly finals?: readonly State[];
  readonly dxs: tf.Tensor;
  readonly gradients: readonly Readonly<Record<string, tf.Tensor>>[];
}

const resetBefore: Pick<Subject, 'fused' | 'backward'> = {
  fused: (params, xs, options) => native.gru(params as never, xs, { ...options, reset: 'before' } as never),
  backward: (params, xs, dOutputs, options) =>
    bptt.gru(params as never, xs, dOutputs, { ...options, reset: 'before' } as never),
};
interface Subject {
  readonly cell: AnyCell;
  readonly fused: Walk;
  readonly backward: Backward;
}
const subjects = {
  rnn: { cell: rnn, fused: native.rnn, backward: bptt.rnn },
  gru: { cell: gruForms.gru, fused: native.gru, backward: bptt.gru },
  'gru (reset before)': { cell: gruForms['gru (reset before)'], ...resetBefore },
  lstm: { cell: lstm, fused: native.lstm, backward: bptt.lstm },
} as unknown as Readonly<Record<KerasCase['cell'], Subject>>;

/** The functions that walk along sequences, on the equations. */
function byEquations(
  cell: AnyCell,
  { flags }: KerasCase,
  { xs, mask, walks }: KerasInputs,
): ReturnType<typeof composed> {
  const [first, second] = walks;
  const masked = mask ? { mask } : {};
  if (!first) throw new Error('A case without parameters.');
  if (second && flags.includes('twoLayers')) {
    const initialState = [first.start, second.start];
    const { outputs, layers } = stacked(cell, [first.params, second.params], xs, { ...masked, initialState });
    return { outputs, finals: layers.map(({ final }) => final) };
  }
  if (second) {
    const params = { forward: first.params, backward: second.params };
    const initialState = { forward: first.start, backward: second.start };
    const walked = bidirectional(cell, params, xs, { ...masked, initialState });
    return { outputs: walked.outputs, finals: [walked.forward.final, walked.backward.final] };
  }
  const reverse = flags.includes('reverse');
  const { outputs, final } = unroll(cell, first.params, xs, { ...masked, initialState: first.start, reverse });
  return { outputs, finals: [final] };
}

/** Layers and directions put together here, of whatever walks along a sequence. */
function composed(
  walk: Walk,
  { flags }: KerasCase,
  { xs, mask, walks }: KerasInputs,
): { outputs: tf.Tensor3D; finals: State[] } {
  const finals: State[] = [];
  const outputs: tf.Tensor3D[] = [];
  for (const [n, { params, start }] of walks.entries()) {
    const reverse = flags.includes('reverse') || (flags.includes('bothDirections') && n === 1);
    const below = flags.includes('twoLayers') ? (outputs.pop() ?? xs) : xs;
    const walked = walk(params, below, { ...(mask && { mask }), initialState: start, reverse });
    outputs.push(walked.outputs);
    finals.push(walked.final);
  }
  return { outputs: tf.concat(outputs, 2), finals };
}

/** Outputs, final states, and gradients under autodiff. */
function underAutodiff(inputs: KerasInputs, network: (inputs: KerasInputs) => ReturnType<typeof composed>): Solved {
  const { xs, dOutputs, counted, walks } = inputs;
  const values = walks.flatMap(({ params, start }) => [...Object.values(params), ...Object.values(start)]);
  const gradients = tf.grads((...given: tf.Tensor[]) => {
    const rest = given.slice(1);
    const named = (record: object): never => Object.fromEntries(Object.keys(record).map((key) => [key, rest.shift()])) as never; // prettier-ignore
    const moved = walks.map(({ params, start }) => ({ params: named(params), start: named(start) }));
    const { outputs } = network({ ...inputs, xs: given[0] as tf.Tensor3D, walks: moved });
    return outputs.mul(counted).mul(dOutputs).sum();
  })([xs, ...values]);
  const { outputs, finals } = network(inputs);
  const rest = gradients.slice(1);
  return {
    outputs: outputs.mul(counted),
    finals,
    dxs: at(gradients, 0),
    gradients: walks.map(({ params, start }) => {
      const names = [...Object.keys(params).map((key) => `d${key}`), ...Object.keys(start).map((part) => `d${part}0`)];
      return Object.fromEntries(names.map((name) => [name, rest.shift() ?? tf.scalar(NaN)]));
    }),
  };
}

function byHand(backward: Backward, { cell, flags }: KerasCase, inputs: KerasInputs): Solved {
  const { xs, mask, walks } = inputs;
  const dOutputs = inputs.dOutputs.mul<tf.Tensor3D>(inputs.counted);
  const masked = mask ? { mask } : {};
  const [first, second] = walks;
  if (!first) throw new Error('A case without parameters.');
  if (second && flags.includes('twoLayers')) {
    const below = unroll(subjects[cell].cell, first.params, xs, { ...masked, initialState: first.start });
    const upper = backward(second.params, below.outputs, dOutputs, { ...masked, initialState: second.start });
    const lower = backward(first.params, xs, upper.dxs, { ...masked, initialState: first.start });
    return { dxs: lower.dxs, gradients: [lower, upper] };
  }
  if (second) {
    const params = { forward: first.params, backward: second.params };
    const initialState = { forward: first.start, backward: second.start };
    const both = bptt.bidirectional(backward, params, xs, dOutputs, { ...masked, initialState });
    return { dxs: both.dxs, gradients: [both.forward, both.backward] as never };
  }
  const reverse = flags.includes('reverse');
  const only = backward(first.params, xs, dOutputs, { ...masked, initialState: first.start, reverse });
  return { dxs: only.dxs, gradients: [only] };
}

const ways: Readonly<Record<string, (golden: KerasCase, inputs: KerasInputs) => Solved>> = {
  'equations under autodiff': (golden, inputs) =>
    underAutodiff(inputs, (moved) => byEquations(subjects[golden.cell].cell, golden, moved)),
  'native ops': (golden, inputs) =>
    underAutodiff(inputs, (moved) => composed(subjects[golden.cell].fused, golden, moved)),
  'backward pass by hand': (golden, inputs) => byHand(subjects[golden.cell].backward, golden, inputs),
};

describe.each(Object.entries(ways))('%s', (_, solve) => {
  test.each(kerasCases)('agrees with Keras: $cell, $name', (golden) => {
    tf.tidy(() => {
      const { outputs, finals, dxs, gradients } = solve(golden, drawInputs(golden));
      expectClose('dxs', dxs, golden.dxs);
      if (outputs) expectClose('outputs', outputs, golden.outputs);
      golden.walks.forEach((walk, n) => {
        for (const [name, value] of Object.entries(walk.gradients))
          expectClose(`${name} of ${n}`, gradients[n]?.[name], value);
        for (const [part, value] of Object.entries(walk.final)) {
          if (finals) expectClose(`${part} of ${n}`, finals[n]?.[part], value);
        }
      });
    });
  });
});

test('there are as many kinds of cases of every cell', () => {
  const kinds = new Set(kerasCases.map(({ name }) => name));
  expect(kinds.size).toBeGreaterThan(10);
  expect(new Set(kerasCases.map(({ cell, name }) => `${cell}, ${name}`)).size).toBe(4 * kinds.size);
});

function expectClose(name: string, got: tf.Tensor | undefined, expected: Nested): void {
  const value = (got ?? tf.scalar(NaN)).arraySync() as Nested;
  expect(relativeError(value, expected), name).toBeLessThan(1e-5);
}
