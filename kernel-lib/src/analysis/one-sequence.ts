import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, type Cell, type Params, type State } from '../cells';
import { checkShape, unstackTime } from '../tensor';

/** From where to walk along one sequence. */
export interface OneSequenceOptions<S extends State> {
  /** The state before the first step, each part [1, ...]; zeros unless given. */
  readonly initialState?: S;
}

/** What a step of a walk begins with. */
export interface StepInput<S extends State> {
  /** x_t [batch, input]. */
  readonly x: tf.Tensor2D;
  /** s_{t-1}. */
  readonly before: S;
}

/**
 * @throws Error unless it is one sequence [1, time, input] that the cell can read
 */
export function checkOneSequence<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: OneSequenceOptions<S>,
): void {
  const reason = 'a Jacobian is that of one sequence: slice it out of its batch';
  checkShape('xs', xs, [{ batch: 1 }, 'time', 'input'], reason);
  checkSequence(cell, params, xs, options);
}

/** Every step of a walk along checked sequences, inside of the caller's tidy. */
export function stepsOf<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  { initialState }: OneSequenceOptions<S>,
): StepInput<S>[] {
  let before = initialState ?? cell.initialState(params, xs.shape[0]);
  return unstackTime(xs).map((x) => {
    const step = { x, before };
    before = cell.step(params, x, before);
    return step;
  });
}

/** The named parts of a state as one matrix [batch, state]. */
export function sideBySide(state: State, parts: readonly string[]): tf.Tensor2D {
  return tf.concat(
    parts.flatMap((part) => state[part] ?? []),
    1,
  );
}

/**
 * The columns that a part of the state has where all its parts stand side by side, in the cell's order; all of them for none.
 *
 * @throws Error for a part that the cell does not carry
 */
export function columnsOf(state: State, part: string | undefined): { from: number; to: number } {
  const widths = Object.entries(state).map(([name, { shape }]) => [name, shape[1]] as const);
  if (part === undefined) return { from: 0, to: widths.reduce((sum, [, width]) => sum + width, 0) };
  let from = 0;
  for (const [name, width] of widths) {
    if (name === part) return { from, to: from + width };
    from += width;
  }
  const names = widths.map(([name]) => `'${name}'`).join(' or ');
  throw new Error(`part: got '${part}', expected ${names}; name a part of the state that the cell carries.`);
}
