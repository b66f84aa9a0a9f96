import * as tf from '@tensorflow/tfjs-node';
import { checkDtype, checkShape, checkSize } from '../tensor';
import type { SequenceOptions, SequenceSizes } from './arguments';
import type { State } from './cell';

/** How many steps each sequence of a batch has before its padding: numbers, or an int32 tensor [batch]. */
export type Lengths = readonly number[] | tf.Tensor1D;

/** What stands in the outputs where no step was taken: zeros, or the state carried there. */
export type Padding = 'zeros' | 'carried';

/** {@link SequenceOptions} for sequences of different lengths. */
export interface PaddedOptions<S extends State> extends SequenceOptions<S> {
  /** Instead of a mask: each sequence's steps, after which comes padding. */
  readonly lengths?: Lengths;
  /** Zeros with lengths, as PyTorch's pad_packed_sequence gives; carried with a mask, as Keras gives; unless said otherwise. */
  readonly padding?: Padding;
}

/**
 * The mask [batch, time] that is true on each sequence's first lengths_n steps.
 * Shapes: lengths [batch].
 *
 * @throws Error, before any op runs, unless every length is an integer from 1 to time
 */
export function lengthsMask(lengths: Lengths, time: number): tf.Tensor2D {
  checkSize('time', time);
  const steps = readLengths(lengths, { time });
  return tf.tidy(() => {
    return tf.less<tf.Tensor2D>(tf.range(0, time, 1, 'int32'), tf.tensor2d([...steps], [steps.length, 1], 'int32'));
  });
}

/** Which steps a walk takes. */
export interface StepsTaken {
  /** True where there is a symbol [batch, time]; absent where every step is taken. */
  readonly mask?: tf.Tensor2D;
  readonly padding: Padding;
}

/**
 * The mask as bool, from whichever of mask and lengths is given, for the caller to free. Call it after `checkSequence`.
 *
 * @throws Error, before any op runs, for both of them, and for lengths that do not fit the sequences
 */
export function stepsTaken<S extends State>(
  { mask, lengths, padding = lengths ? 'zeros' : 'carried' }: PaddedOptions<S>,
  { batch, time }: Pick<SequenceSizes, 'batch' | 'time'>,
): StepsTaken {
  if (!['zeros', 'carried'].includes(padding)) {
    throw new Error(`padding: got '${padding}', expected 'zeros' or 'carried'.`);
  }
  if (lengths === undefined) return mask ? { mask: mask.cast('bool'), padding } : { padding };
  if (mask) throw new Error('lengths: got lengths and a mask, expected one of them.');
  return { mask: lengthsMask(readLengths(lengths, { batch, time }), time), padding };
}

/** The sequence [batch, time, features] with zeros wherever the mask [batch, time] is false. */
export function zeroWhereMasked(xs: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D {
  return tf.tidy(() => tf.where(mask.expandDims(2), xs, 0));
}

function readLengths(lengths: Lengths, { batch, time }: { batch?: number; time: number }): readonly number[] {
  const expected = `expected ${batch ?? 'one or more'} integers from 1 to time = ${time}`;
  let steps: readonly number[];
  if (Array.isArray(lengths)) {
    steps = lengths as readonly number[];
    if (steps.length !== (batch ?? (steps.length || 1))) {
      throw new Error(`lengths: got ${steps.length} numbers, ${expected}; give one for each sequence of xs.`);
    }
  } else {
    const tensor = lengths as tf.Tensor1D;
    if (!(tensor instanceof tf.Tensor)) {
      throw new Error(`lengths: got ${typeof tensor}, expected an array of integers or an int32 tensor.`);
    }
    checkShape('lengths', tensor, [batch === undefined ? 'batch' : { batch }], 'give one for each sequence of xs');
    checkDtype('lengths', tensor, 'int32');
    steps = Array.from(tensor.dataSync());
  }
  steps.forEach((length, n) => {
    if (Number.isInteger(length) && length >= 1 && length <= time) return;
    throw new Error(`lengths[${n}]: got ${length}, expected an integer from 1 to time = ${time}.`);
  });
  return steps;
}
