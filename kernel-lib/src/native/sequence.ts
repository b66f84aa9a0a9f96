import * as tf from '@tensorflow/tfjs-node';
import type { Params, SequenceOptions, State } from '../cells';
import { checkDtype, checkIds, checkShape } from '../tensor';
import { checkFloats } from './check';
import { checkMasks, type DropoutMasks } from './dropout-masks';
import type { OwnInputs } from './own-sequence';

/**
 * What a recurrence reads: vectors, float32 [batch, time, input], or the ids of symbols, int32 [batch, time]. An id means the
 * one-hot vector with its 1 there, so that x_t Wx is row ids_t of Wx, and nothing as wide as the vocabulary is ever made.
 */
export type NativeSequence = tf.Tensor<tf.Rank.R2 | tf.Rank.R3>;

/** How to walk along the sequence, and what is dropped on the way. */
export type NativeSequenceOptions<S extends State> = SequenceOptions<S> & DropoutMasks;

/** Sizes that the arguments agree on. */
export interface NativeSizes {
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
}

/**
 * @param parts what the state is made of
 * @param gates their symbols, in order
 * @throws Error for whichever of the sequence, its masks and its initial state does not fit the weights
 */
export function checkSequenceArguments<S extends State>(
  { input, hidden }: { readonly input: number; readonly hidden: number },
  xs: NativeSequence,
  options: NativeSequenceOptions<S>,
  parts: readonly (keyof S & string)[],
  gates: readonly string[],
): NativeSizes {
  const { initialState, mask } = options;
  const { batch, time } = areIds(xs)
    ? checkRows(xs, input)
    : checkFloats('xs', xs, ['batch', 'time', { input }], 'the last axis must match the first of the input weights');
  if (mask) {
    checkShape('mask', mask, [{ batch }, { time }], 'it must match the first two axes of xs');
    checkDtype('mask', mask, 'bool', 'int32', 'float32');
  }
  for (const part of initialState ? parts : []) {
    const state = initialState?.[part] as tf.Tensor;
    checkFloats(`initialState.${part}`, state, [{ batch }, { hidden }], 'it must match xs and the recurrent weights');
  }
  checkMasks(options, { batch, input, hidden }, gates, areIds(xs));
  return { batch, time, input, hidden };
}

// What is no tensor at all is refused further on, in words.
const areIds = (xs: NativeSequence | null): xs is tf.Tensor2D => xs?.rank === 2 && xs.dtype === 'int32';

/** Each must be a row of the input weights. */
function checkRows(ids: tf.Tensor2D, input: number): { readonly batch: number; readonly time: number } {
  const sizes = checkShape('ids', ids, ['batch', 'time']);
  const fix = 'encode with the vocabulary that the model was made for';
  checkIds('ids', ids.dataSync(), input, { shape: ids.shape, fix });
  return sizes;
}

/**
 * The sequence as vectors, ids as one-hot ones. Shape [batch, time, input].
 *
 * @param input how many rows the input weights have
 */
export function asVectors(xs: NativeSequence, input: number): tf.Tensor3D {
  if (!areIds(xs)) return xs as tf.Tensor3D;
  // tf.oneHot refuses a vocabulary of one symbol.
  return xs
    .expandDims(2)
    .equal(tf.range(0, input, 1, 'int32'))
    .cast('float32');
}

/**
 * Checks gates that stand side by side: kernel [input, gates · hidden], recurrentKernel [hidden, gates · hidden], bias
 * [gates · hidden].
 *
 * @param gates their symbols, in order, for the message
 * @throws Error for shapes and dtypes that do not fit each other
 */
export function checkPacked(
  { kernel, recurrentKernel, bias }: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias', tf.Tensor>>,
  gates: readonly string[],
): { readonly input: number; readonly hidden: number } {
  const { hidden } = checkShape('recurrentKernel', recurrentKernel, ['hidden', 'gates']);
  const wide = gates.length === 1 ? { hidden } : { [`${gates.length} hidden`]: gates.length * hidden };
  const holds = gates.length === 1 ? 'it must be square' : `it must hold ${gates.join(', ')} side by side`;
  checkFloats('recurrentKernel', recurrentKernel, [{ hidden }, wide], holds);
  const { input } = checkFloats('kernel', kernel, ['input', wide], 'the last axis must match recurrentKernel') as {
    readonly input: number;
  };
  checkFloats('bias', bias, [wide], 'it must match recurrentKernel');
  return { input, hidden };
}

/**
 * @throws Error for the first parameter that does not hold float32, the one type that the ops here are registered for
 */
export function checkAllFloats(params: Params): void {
  for (const [name, tensor] of Object.entries(params)) checkDtype(name, tensor, 'float32');
}

/** The sequence and its masks as the own op reads them. */
export function sequenceInputs<S extends State>(
  xs: NativeSequence,
  { mask, dropoutMask, recurrentDropoutMask }: NativeSequenceOptions<S>,
): Pick<OwnInputs, 'x' | 'mask' | 'dropout' | 'inputDropout'> {
  const x: NativeSequence = xs.cast('float32');
  const inputs = { x, mask: mask?.cast<tf.Tensor2D>('float32'), dropout: recurrentDropoutMask };
  if (!dropoutMask) return inputs;
  const each = dropoutMask.rank === 2 ? dropoutMask.expandDims<tf.Tensor3D>(1) : (dropoutMask as tf.Tensor3D);
  return each.shape[1] === 1 ? { ...inputs, x: x.mul(each) } : { ...inputs, inputDropout: each };
}
