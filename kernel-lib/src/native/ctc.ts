import * as tf from '@tensorflow/tfjs-node';
import { at } from '../tensor';
import { checkFloats } from './check';
import { attribute, int64, refuseSecondDerivative, runOp } from './op';

/** How much of each sequence counts. */
export interface CtcOptions {
  /** How many time steps each sequence has before its padding; all of them unless given. */
  readonly lengths?: readonly number[];
}

/**
 * Connectionist temporal classification, Graves et al. 2006, eq. 3 and 12: how unlikely the labels y are, whenever each of them
 * is emitted.
 *   E = −ln Σ_{π ∈ B⁻¹(y)} Π_t softmax(logits_t)[π_t]
 * where B merges repeats in the path π and then leaves out the blank, which is the last class. One E for each sequence,
 * differentiable (once) with respect to the logits.
 * Shapes: logits [batch, time, classes], labels one list of classes a sequence, E [batch].
 *
 * @throws Error, before the op runs, for logits of another shape or dtype, for labels that are no class or the blank, and for
 * sequences too short for their labels (two equal labels in a row need a blank between them)
 */
export function ctcLoss(
  logits: tf.Tensor3D,
  labels: readonly (readonly number[])[],
  options: CtcOptions = {},
): tf.Tensor1D {
  const { batch, classes, lengths } = checkSequences(logits, options);
  checkLabels(labels, { batch, classes, lengths });
  return tf.tidy(() => {
    const loss = tf.customGrad((x, save) => {
      const [E, dE] = compute(x as tf.Tensor3D, labels, lengths);
      (save as unknown as tf.GradSaveFunc)([dE]);
      return {
        value: E,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          refuseSecondDerivative('native.ctcLoss');
          return tf.tidy(() => at(saved, 0).mul(dy.expandDims(-1)));
        },
      };
    });
    return loss(logits.transpose([1, 0, 2])) as tf.Tensor1D;
  });
}

/**
 * B of the most likely class at every step, repeats merged and the blank, the last class, left out: the labels of the most
 * likely path, which need not be the most likely labels (Graves et al. 2006, section 3.2).
 * Shapes: logits (or probabilities) [batch, time, classes]; the result is one list of classes a sequence.
 *
 * @throws Error, before any op runs, for logits of another shape or dtype and for lengths that do not fit
 */
export function ctcGreedyDecode(logits: tf.Tensor3D, options: CtcOptions = {}): number[][] {
  const { classes, lengths } = checkSequences(logits, options);
  const best = tf.tidy(() => logits.argMax<tf.Tensor2D>(-1).arraySync());
  return best.map((path, n) =>
    path.slice(0, lengths[n]).filter((label, t) => label !== classes - 1 && label !== path[t - 1]),
  );
}

/** E [batch] and its gradient [time, batch, classes]. */
function compute(
  x: tf.Tensor3D,
  labels: readonly (readonly number[])[],
  lengths: readonly number[],
): [tf.Tensor, tf.Tensor] {
  const places = labels.flatMap((sequence, n) => sequence.flatMap((_, k) => [n, k]));
  const attributes = [
    attribute.float32('T'),
    attribute.bool('preprocess_collapse_repeated', false),
    attribute.bool('ctc_merge_repeated', true),
    attribute.bool('ignore_longer_outputs_than_inputs', false),
  ];
  const inputs = [
    x,
    int64(places, [places.length / 2, 2]),
    tf.tensor1d(labels.flat(), 'int32'),
    tf.tensor1d([...lengths], 'int32'),
  ];
  return runOp('CTCLoss', attributes, inputs, 2) as [tf.Tensor, tf.Tensor];
}

/** What the logits hold. */
interface Sequences {
  readonly batch: number;
  readonly classes: number;
  readonly lengths: readonly number[];
}

/**
 * @throws Error for logits and lengths that are no sequences of at least two classes
 */
export function checkSequences(logits: tf.Tensor3D, options: CtcOptions): Sequences {
  const { batch, time, classes } = checkFloats('logits', logits, ['batch', 'time', 'classes']);
  if (classes < 2) throw new Error(`logits: got ${classes} class, expected at least one label and the blank.`);
  const lengths = options.lengths ?? new Array<number>(batch).fill(time);
  if (lengths.length !== batch) {
    throw new Error(`lengths: got ${lengths.length} of them, expected ${batch}, one for each sequence.`);
  }
  lengths.forEach((length, n) => {
    if (!Number.isInteger(length) || length < 1 || length > time) {
      throw new Error(`lengths[${n}]: got ${length}, expected an integer from 1 to ${time}, the time steps of logits.`);
    }
  });
  return { batch, classes, lengths };
}

function checkLabels(labels: readonly (readonly number[])[], { batch, classes, lengths }: Sequences): void {
  if (labels.length !== batch) {
    throw new Error(`labels: got ${labels.length} lists, expected ${batch}, one for each sequence.`);
  }
  labels.forEach((sequence, n) => {
    if (sequence.length === 0) throw new Error(`labels[${n}]: got no labels, expected at least one.`);
    sequence.forEach((label, k) => {
      if (!Number.isInteger(label) || label < 0 || label >= classes - 1) {
        const range = `an integer from 0 to ${classes - 2} (${classes - 1} is the blank)`;
        throw new Error(`labels[${n}][${k}]: got ${label}, expected ${range}.`);
      }
    });
    const repeats = sequence.filter((label, k) => label === sequence[k - 1]).length;
    const needed = sequence.length + repeats;
    if ((lengths[n] ?? 0) < needed) {
      throw new Error(`labels[${n}]: got labels that need ${needed} time steps, expected at most ${lengths[n]}.`);
    }
  });
}
