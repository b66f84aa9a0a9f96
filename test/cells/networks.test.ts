import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import type { Params, State } from 'kernel-lib/cells';
import { bidirectional, stacked, unroll } from 'kernel-lib/sequence';
import { describe, expect, test } from 'vitest';
import { subjects, tensorsOf, type Subject, type Walk } from './derivations';
import {
  drawCase,
  relativeError,
  type Case,
  type CaseFlags,
  type CaseSizes,
  type Matrix,
  type Nested,
} from './reference/case';
import { solvePlainly } from './reference/sequence';

// Two of the same cell, as a network: the ways that agree on one of them must agree on both together.

/** Two walks: forward and backward, or the lower layer and the upper one. Only the inputs and the mask are the first one's. */
interface Pair {
  readonly name: string;
  readonly first: Case;
  readonly second: Case;
}
type Gradients = Record<string, Nested>;
/** Outputs, dxs, and the first's and the second's gradients of parameters and initial states. */
interface Solved {
  readonly outputs: Nested;
  readonly dxs: Nested;
  readonly first: Gradients;
  readonly second: Gradients;
}
type Way = (subject: Subject, pair: Pair) => Solved;
interface Network {
  readonly name: string;
  readonly pairOf: (subject: Subject, sizes: CaseSizes, flags: CaseFlags) => Pair;
  /** In float64, from the reference of one walk. */
  readonly plain: Way;
  /** What there is for a subject. */
  readonly waysOf: (subject: Subject) => Record<string, Way>;
}

function drawPair(subject: Subject, sizes: CaseSizes, above: CaseSizes, flags: CaseFlags): Pair {
  const first = drawCase(subject.paramShapes, subject.plain, sizes, { ...flags, givenState: true });
  const second = drawCase(subject.paramShapes, subject.plain, above, { ...flags, givenState: true, reverse: true });
  return { name: first.name, first, second: { ...second, mask: first.mask, reverse: false } };
}

function without({ dxs, ...gradients }: Readonly<Gradients>): Gradients {
  expect(dxs).toBeDefined();
  return gradients;
}

/** The sum of two nested lists of one shape. */
const sum = (a: Nested | undefined, b: Nested | undefined): Nested => {
  if (Array.isArray(a) && Array.isArray(b)) return a.map((item, i) => sum(item, b[i]));
  return (a as number) + (b as number);
};

/** Everything under autodiff, from a function that walks along both. */
function underAutodiff(
  { first, second }: Pair,
  walk: (first: Params, second: Params, states: readonly [State, State], xs: tf.Tensor3D) => tf.Tensor3D,
  dOutputs: Nested,
): Solved {
  return tf.tidy(() => {
    const [a, b] = [tensorsOf(first), tensorsOf(second)];
    const records: Params[] = [a.params, b.params, a.options.initialState ?? {}, b.options.initialState ?? {}];
    const taken = (tensors: tf.Tensor[]): Params[] => {
      let from = 1;
      return records.map((record) => {
        const names = Object.keys(record);
        const now = Object.fromEntries(names.map((name, k) => [name, tensors[from + k]])) as Params;
        from += names.length;
        return now;
      });
    };
    const run = (tensors: tf.Tensor[]): tf.Tensor3D => {
      const [p, q, s0, s1] = taken(tensors) as [Params, Params, unknown, unknown];
      return walk(p, q, [s0 as State, s1 as State], tensors[0] as tf.Tensor3D);
    };
    const inputs = [a.xs, ...records.flatMap((record) => Object.values(record))];
    const d = tf.tensor(dOutputs);
    const gradients = tf.grads((...tensors) => run(tensors).mul(d).sum())(inputs);
    const [p, q, s0, s1] = taken(gradients) as [Params, Params, Params, Params];
    const plain = (params: Params, state: Params): Gradients => ({
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`d${name}`, value.arraySync()])),
      ...Object.fromEntries(Object.entries(state).map(([part, value]) => [`d${part}0`, value.arraySync()])),
    });
    return {
      outputs: run(inputs).arraySync(),
      dxs: gradients[0]?.arraySync() as Nested,
      first: plain(p, s0),
      second: plain(q, s1),
    };
  });
}

const options = ({ first }: Pair, more: object): object => ({
  ...(first.mask && { mask: tf.tensor2d(first.mask) }),
  ...more,
});
const plainly = (tensors: Readonly<Record<string, tf.Tensor>>): Gradients =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, value.arraySync() as Nested]));
const concatenated = (a: Nested, b: Nested): Nested =>
  (a as Matrix[]).map((rows, n) => rows.map((row, t) => [...row, ...((b as Matrix[])[n]?.[t] ?? [])]));

const bothDirections: Network = {
  name: 'both directions',
  pairOf: (subject, sizes, flags) => drawPair(subject, sizes, sizes, flags),

  plain({ plain }, { first, second }) {
    const ahead = solvePlainly(plain, first);
    const back = solvePlainly(plain, { ...second, xs: first.xs, reverse: true });
    return {
      outputs: concatenated(ahead.outputs, back.outputs),
      dxs: sum(ahead.gradients.dxs, back.gradients.dxs),
      first: without(ahead.gradients),
      second: without(back.gradients),
    };
  },

  waysOf: ({ backward, native }) => ({
    'equations under autodiff': ({ cell }, pair) =>
      underAutodiff(
        pair,
        (p, q, [s0, s1], xs) => {
          const initialState = { forward: s0, backward: s1 };
          return bidirectional(cell, { forward: p, backward: q }, xs, options(pair, { initialState })).outputs;
        },
        concatenated(pair.first.dOutputs, pair.second.dOutputs),
      ),
    ...(backward && {
      'backward pass by hand': (subject: Subject, pair: Pair): Solved =>
        tf.tidy(() => {
          const [a, b] = [tensorsOf(pair.first), tensorsOf(pair.second)];
          const initialState = { forward: a.options.initialState, backward: b.options.initialState };
          const params = { forward: a.params, backward: b.params };
          const given = options(pair, { initialState });
          const dOutputs = tf.concat3d([a.dOutputs, b.dOutputs], 2);
          const gradients = bptt.bidirectional(backward as never, params, a.xs, dOutputs, given);
          return {
            outputs: bidirectional(subject.cell, params, a.xs, given).outputs.arraySync(),
            dxs: gradients.dxs.arraySync(),
            first: plainly(gradients.forward),
            second: plainly(gradients.backward),
          };
        }),
    }),
    ...(native && {
      'native path': (_: Subject, pair: Pair): Solved => underAutodiff(pair, nativeBoth(native, pair), concatenated(pair.first.dOutputs, pair.second.dOutputs)), // prettier-ignore
    }),
  }),
};

const nativeBoth =
  (native: Walk, pair: Pair) =>
  (p: Params, q: Params, [s0, s1]: readonly [State, State], xs: tf.Tensor3D): tf.Tensor3D => {
    const ahead = native(p as never, xs, options(pair, { initialState: s0 }) as never);
    const back = native(q as never, xs, options(pair, { initialState: s1, reverse: true }) as never);
    return tf.concat3d([ahead.outputs, back.outputs], 2);
  };

const twoLayers: Network = {
  name: 'two layers',
  pairOf: (subject, sizes, flags) => drawPair(subject, sizes, { ...sizes, input: sizes.hidden }, flags),

  plain({ plain }, { first, second }) {
    const below = solvePlainly(plain, first).outputs as Matrix[];
    const above = solvePlainly(plain, { ...second, xs: below });
    const { gradients } = solvePlainly(plain, { ...first, dOutputs: above.gradients.dxs as Matrix[] });
    return {
      outputs: above.outputs,
      dxs: gradients.dxs ?? [],
      first: without(gradients),
      second: without(above.gradients),
    };
  },

  waysOf: ({ backward, native }) => ({
    'equations under autodiff': ({ cell }, pair) =>
      underAutodiff(
        pair,
        (p, q, initialState, xs) => stacked(cell, [p, q], xs, options(pair, { initialState })).outputs,
        pair.second.dOutputs,
      ),
    ...(backward && {
      'backward pass by hand': ({ cell }: Subject, pair: Pair): Solved =>
        tf.tidy(() => {
          const [a, b] = [tensorsOf(pair.first), tensorsOf(pair.second)];
          const given = (state?: State): never => options(pair, { initialState: state }) as never;
          const below = unroll(cell, a.params, a.xs, given(a.options.initialState)).outputs;
          const above = unroll(cell, b.params, below, given(b.options.initialState)).outputs;
          const { dxs: dBelow, ...second } = backward(b.params as never, below, b.dOutputs, given(b.options.initialState)); // prettier-ignore
          const { dxs, ...first } = backward(a.params as never, a.xs, dBelow as tf.Tensor3D, given(a.options.initialState)); // prettier-ignore
          return { outputs: above.arraySync(), dxs: dxs?.arraySync() as Nested, first: plainly(first), second: plainly(second) }; // prettier-ignore
        }),
    }),
    ...(native && {
      'native path': (_: Subject, pair: Pair): Solved =>
        underAutodiff(
          pair,
          (p, q, [s0, s1], xs) => {
            const below = native(p as never, xs, options(pair, { initialState: s0 }) as never).outputs;
            return native(q as never, below, options(pair, { initialState: s1 }) as never).outputs;
          },
          pair.second.dOutputs,
        ),
    }),
  }),
};

const cases: readonly (readonly [CaseSizes, CaseFlags])[] = [
  [{ batch: 1, time: 33, input: 3, hidden: 5 }, {}],
  [{ batch: 7, time: 9, input: 3, hidden: 5 }, { masked: true }],
];

// Its h grows by up to twice a step; a second layer that reads it loses what float32 has to lose (an error of 2e-5), either way.
const growing = 'gru (z replaces, gate tanh)';

describe.each([bothDirections, twoLayers])('$name', (network) => {
  const steady = subjects.filter(({ cell }) => network === bothDirections || cell.name !== growing);
  describe.each(steady)('of $cell.name', (subject) => {
    describe.each(Object.entries(network.waysOf(subject)))('%s', (_, way) => {
      const pairs = cases.map(([sizes, flags]) => network.pairOf(subject, sizes, flags));
      test.each(pairs)('agrees with the float64 reference: $name', (pair) => {
        const [got, expected] = [way(subject, pair), network.plain(subject, pair)];
        expect(relativeError(got.outputs, expected.outputs), 'outputs').toBeLessThan(1e-5);
        expect(relativeError(got.dxs, expected.dxs), 'dxs').toBeLessThan(1e-5);
        for (const which of ['first', 'second'] as const) {
          expect(Object.keys(got[which]).sort()).toEqual(Object.keys(expected[which]).sort());
          for (const [name, value] of Object.entries(got[which])) {
            expect(relativeError(value, expected[which][name] ?? []), `${which} ${name}`).toBeLessThan(1e-5);
          }
        }
      });
    });
  });
});
