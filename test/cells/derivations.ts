import * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, SequenceOptions, State } from 'kernel-lib/cells';
import { unroll, type Unrolled } from 'kernel-lib/sequence';
import { gruSubjects } from './gru-subjects';
import { lstmSubjects } from './lstm-subjects';
import { otherSubjects } from './other-subjects';
import type { Case, CaseSizes, Nested, Result } from './reference/case';
import { solvePlainly, type PlainCell } from './reference/sequence';

type AnyCell = Cell<Params, State, { inputSize: number; hiddenSize: number; rng: never }>;
/** From a sequence to outputs and final state, differentiably. */
export type Walk = (params: never, xs: tf.Tensor3D, options: never) => Pick<Unrolled<State>, 'outputs' | 'final'>;
type Backward = (params: never, xs: tf.Tensor3D, dOutputs: tf.Tensor3D, options: never) => Record<string, tf.Tensor>;

/** A cell with everything that must agree on it. */
export interface Subject {
  readonly cell: AnyCell;
  /** By hand; no one has written it for a cell that has none here. */
  readonly backward?: Backward;
  /** On fused ops, for a cell that has them. */
  readonly native?: Walk;
  /** In float64, from the equations. */
  readonly plain: PlainCell;
  readonly paramShapes: (sizes: CaseSizes) => Record<string, readonly number[]>;
  /** Under test/golden: what PyTorch made of it. */
  readonly golden: string;
  /** By which name it is found there: the cell's unless given. */
  readonly goldenName?: string;
}

/** The registry: a new cell is one more line, and every derivation of it is compared with every other. */
export const subjects: readonly Subject[] = [...otherSubjects, ...lstmSubjects, ...gruSubjects];

/** What a way makes of a case. One that computes gradients alone leaves out the rest. */
export type Derivation = (problem: Case) => Result;

/** The ways to the same numbers that there are for a cell, by name. */
export function derivationsOf({ cell, backward, native, plain }: Subject): Record<string, Derivation> {
  const stepwise = withoutHoist(cell);
  return {
    'equations under autodiff': (problem) => underAutodiff(cell, equations(cell), problem),
    ...(cell.hoist && { 'equations, step by step': (problem) => underAutodiff(cell, equations(stepwise), problem) }),
    ...(native && { 'native path': (problem) => underAutodiff(cell, native, problem) }),
    ...(backward && { 'backward pass by hand': (problem) => byHand(backward, problem) }),
    'plain numbers in float64': (problem) => solvePlainly(plain, problem),
  };
}

/** The same cell, walked along with `step` alone. */
export function withoutHoist(cell: AnyCell): AnyCell {
  const stepwise = { ...cell };
  delete stepwise.hoist;
  return stepwise;
}

/** {@link unroll} of a cell. */
export function equations(cell: AnyCell): Walk {
  return (params: Params, xs, options: SequenceOptions<State>) => unroll(cell, params, xs, options);
}

function underAutodiff(cell: AnyCell, walk: Walk, problem: Case): Result {
  return tf.tidy(() => {
    const { params, xs, dOutputs, options } = tensorsOf(problem);
    const initialState = options.initialState ?? cell.initialState(params, problem.xs.length);
    const { outputs, final } = walk(params as never, xs, options as never);

    const paramNames = Object.keys(params);
    const parts = Object.keys(initialState);
    const error = (...values: tf.Tensor[]): tf.Scalar => {
      const named = (names: string[], from: number) =>
        Object.fromEntries(names.map((name, i) => [name, values[from + i]]));
      const state = named(parts, 1 + paramNames.length) as unknown as State;
      const given = { ...options, initialState: state };
      const walked = walk(named(paramNames, 1) as never, values[0] as tf.Tensor3D, given as never);
      const loss = walked.outputs.mul<tf.Scalar>(dOutputs).sum<tf.Scalar>();
      // What acts on the state alone, as the stack's weights after one step, has a gradient too: zeros.
      return Object.values(walked.final).reduce((sum, part) => sum.add(part.sum().mul(0)), loss);
    };
    const gradients = tf.grads(error)([xs, ...Object.values(params), ...Object.values(initialState)]);
    const names = ['dxs', ...paramNames.map((name) => `d${name}`), ...parts.map((part) => `d${part}0`)];
    return {
      outputs: outputs.arraySync(),
      final: plainRecord(final),
      gradients: plainRecord(Object.fromEntries(names.map((name, i) => [name, gradients[i] ?? tf.scalar(NaN)]))),
    };
  });
}

function byHand(backward: Backward, problem: Case): Result {
  return tf.tidy(() => {
    const { params, xs, dOutputs, options } = tensorsOf(problem);
    return { gradients: plainRecord(backward(params as never, xs, dOutputs, options as never)) };
  });
}

/** A case as tensors, for the caller's tidy to free. */
export function tensorsOf({ params, xs, dOutputs, mask, initialState, reverse }: Case): {
  params: Params;
  xs: tf.Tensor3D;
  dOutputs: tf.Tensor3D;
  options: SequenceOptions<State>;
} {
  const tensors = (record: Readonly<Record<string, tf.TensorLike>>): Params =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, tf.tensor(value)]));
  return {
    params: tensors(params),
    xs: tf.tensor3d(xs),
    dOutputs: tf.tensor3d(dOutputs),
    options: {
      reverse,
      ...(mask && { mask: tf.tensor2d(mask) }),
      ...(initialState && { initialState: tensors(initialState) as unknown as State }),
    },
  };
}

function plainRecord(tensors: Readonly<Record<string, tf.Tensor>>): Record<string, Nested> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.arraySync() as Nested]));
}
