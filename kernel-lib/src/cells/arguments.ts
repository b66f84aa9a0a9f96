import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkShape } from '../tensor';
import type { Cell, CellSizes, Params, State } from './cell';

/** How to walk along a sequence. */
export interface SequenceOptions<S extends State> {
  /** The state before the first step; zeros unless given. */
  readonly initialState?: S;
  /** 1 (true) where there is a symbol, 0 (false) where there is padding [batch, time]. */
  readonly mask?: tf.Tensor2D;
  /** From the last time step to the first. */
  readonly reverse?: boolean;
}

/** The sizes of a checked sequence. */
export interface SequenceSizes {
  readonly batch: number;
  readonly time: number;
  readonly hidden: number;
}

/**
 * Checks all that a walk along xs [batch, time, input] takes, before any op runs.
 *
 * @throws Error for the first argument that does not fit
 */
export function checkSequence<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  { initialState, mask }: SequenceOptions<S>,
): SequenceSizes {
  const { inputSize, hiddenSize } = checkParams(cell, params);
  const reason = 'the last axis must match the first of the input weights';
  const { batch, time } = checkShape('xs', xs, ['batch', 'time', { input: inputSize }], reason);
  checkDtype('xs', xs, 'float32');
  if (mask) {
    checkShape('mask', mask, [{ batch }, { time }], 'it must match the first two axes of xs');
    checkDtype('mask', mask, 'bool', 'int32', 'float32');
  }
  if (initialState) checkState('initialState', initialState, cell, params, batch);
  return { batch, time, hidden: hiddenSize };
}

/**
 * @throws Error unless the parameters fit each other and are of float32
 */
export function checkParams<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
): CellSizes {
  const sizes = cell.sizes(params);
  for (const [name, value] of Object.entries(params)) checkDtype(name, value, 'float32');
  return sizes;
}

/**
 * @throws Error unless the state has the parts that the cell carries, each of the right shape and of float32
 */
export function checkState<P extends Params, S extends State, Options>(
  name: string,
  state: S,
  cell: Cell<P, S, Options>,
  params: P,
  batch: number,
): void {
  const zero = cell.initialState(params, batch);
  const expected = Object.entries(zero).map(([part, { shape }]) => [part, shape] as const);
  tf.dispose(zero);
  for (const [part, [, size = 0]] of expected) {
    const given = state[part];
    if (given === undefined) {
      const [got, wanted] = [Object.keys(state), expected.map(([key]) => key)].map((keys) => `{ ${keys.join(', ')} }`);
      throw new Error(`${name}: got ${got}, expected ${wanted}; give every part that the cell '${cell.name}' carries.`);
    }
    checkShape(`${name}.${part}`, given, [{ batch }, { hidden: size }], 'it must match xs and the recurrent weights');
    checkDtype(`${name}.${part}`, given, 'float32');
  }
}
