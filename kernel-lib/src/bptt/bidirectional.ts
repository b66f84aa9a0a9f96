import * as tf from '@tensorflow/tfjs-node';
import {
  checkDirections,
  checkMerge,
  stepsTaken,
  zeroWhereMasked,
  type Directions,
  type Merge,
  type PaddedOptions,
  type Params,
  type SequenceOptions,
  type State,
} from '../cells';
import { checkShape, within } from '../tensor';

/** A cell's own backward pass, such as `bptt.rnn`. */
export type BackwardPass<P extends Params, S extends State, G extends { readonly dxs: tf.Tensor3D }> = (
  params: P,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: SequenceOptions<S>,
) => G;

/** As for the forward pass. */
export interface BidirectionalBackwardOptions<S extends State> extends Omit<
  PaddedOptions<S>,
  'initialState' | 'reverse'
> {
  /** How the forward pass merged: 'concat' unless given, or 'none' where dOutputs has both directions. */
  readonly merge?: Merge;
  readonly initialState?: Partial<Directions<S>>;
  /** What the forward pass returned as `forward` and `backward`: the gradient of 'mul' needs it. */
  readonly outputs?: Directions<{ readonly outputs: tf.Tensor3D }>;
}

/** What the cell's backward pass gives for each direction's own parameters and initial state, and dxs of both together. */
export type BidirectionalGradients<G> = Directions<Omit<G, 'dxs'>> & { readonly dxs: tf.Tensor3D };

/**
 * Schuster and Paliwal 1997, Bidirectional recurrent neural networks, section II.B, backward pass: first the outputs of all
 * time steps, then the forward states from t = T to 1 and the backward states from t = 1 to T, each as in a network of one
 * direction, by the cell's own backward pass. With y = merge(f, b):
 *   concat: [df; db] = dy    sum: df = db = dy    average: df = db = dy / 2    mul: df = dy ⊙ b, db = dy ⊙ f
 *   dxs = dxs of the forward states + dxs of the backward states
 * Shapes: xs [batch, time, input], dOutputs [batch, time, 2 hidden] for 'concat', [batch, time, hidden] otherwise, or one for
 * each direction as `{ forward, backward }` (which two directions of different sizes need).
 *
 * @throws Error for shapes that do not fit each other, and for 'mul' without the outputs of the forward pass
 */
export function bidirectional<P extends Params, S extends State, G extends { readonly dxs: tf.Tensor3D }>(
  backwardPass: BackwardPass<P, S, G>,
  params: Directions<P>,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D | Directions<tf.Tensor3D>,
  options: BidirectionalBackwardOptions<S> = {},
): BidirectionalGradients<G> {
  const { merge = dOutputs instanceof tf.Tensor ? 'concat' : 'none', initialState = {}, outputs, ...padded } = options;
  checkMerge(merge);
  checkDirections('params', params);
  const { batch, time } = checkShape('xs', xs, ['batch', 'time', 'input']);
  if (padded.mask) {
    checkShape('mask', padded.mask, [{ batch }, { time }], 'it must match the first two axes of xs');
  }
  checkDOutputs(dOutputs, merge, outputs, { batch, time });

  return tf.tidy(() => {
    const { mask, padding } = stepsTaken(padded, { batch, time });
    const read = mask ? zeroWhereMasked(xs, mask) : xs;
    const dDirections = unmerged(merge, dOutputs, outputs);
    const walk = (direction: keyof Directions<S>): G => {
      const dOutput = dDirections[direction];
      const start = initialState[direction];
      return within(direction, () =>
        backwardPass(params[direction], read, mask && padding === 'zeros' ? zeroWhereMasked(dOutput, mask) : dOutput, {
          ...(mask && { mask }),
          ...(start && { initialState: start }),
          reverse: direction === 'backward',
        }),
      );
    };
    const { dxs: dxsForward, ...forward } = walk('forward');
    const { dxs: dxsBackward, ...backward } = walk('backward');
    return { forward, backward, dxs: dxsForward.add<tf.Tensor3D>(dxsBackward) };
  });
}

function unmerged(
  merge: Merge,
  dOutputs: tf.Tensor3D | Directions<tf.Tensor3D>,
  outputs?: Directions<{ readonly outputs: tf.Tensor3D }>,
): Directions<tf.Tensor3D> {
  if (!(dOutputs instanceof tf.Tensor)) return dOutputs;
  if (merge === 'concat') {
    const [forward, backward] = tf.split(dOutputs, 2, 2) as [tf.Tensor3D, tf.Tensor3D];
    return { forward, backward };
  }
  if (merge === 'mul' && outputs) {
    return { forward: dOutputs.mul(outputs.backward.outputs), backward: dOutputs.mul(outputs.forward.outputs) };
  }
  const each = merge === 'average' ? dOutputs.div<tf.Tensor3D>(2) : dOutputs;
  return { forward: each, backward: each };
}

function checkDOutputs(
  dOutputs: tf.Tensor3D | Directions<tf.Tensor3D>,
  merge: Merge,
  outputs: Directions<{ readonly outputs: tf.Tensor3D }> | undefined,
  { batch, time }: { readonly batch: number; readonly time: number },
): void {
  const reason = 'it must match the outputs';
  if (!(dOutputs instanceof tf.Tensor)) {
    checkDirections('dOutputs', dOutputs);
    if (merge !== 'none')
      throw new Error(`dOutputs: got one for each direction, expected one tensor to undo '${merge}'.`);
    checkShape('dOutputs.forward', dOutputs.forward, [{ batch }, { time }, 'hidden'], reason);
    checkShape('dOutputs.backward', dOutputs.backward, [{ batch }, { time }, 'hidden'], reason);
    return;
  }
  if (merge === 'none') throw new Error("dOutputs: got one tensor, expected { forward, backward } with merge 'none'.");
  const { hidden } = checkShape('dOutputs', dOutputs, [{ batch }, { time }, 'hidden'], reason);
  if (merge === 'concat' && hidden % 2 !== 0) {
    throw new Error(
      `dOutputs: got ${hidden} units, expected twice those of one direction; give { forward, backward } where they differ.`,
    );
  }
  if (merge !== 'mul') return;
  if (!outputs)
    throw new Error("outputs: got none, expected those of the forward pass, which the gradient of 'mul' needs.");
  checkShape('outputs.forward.outputs', outputs.forward.outputs, [{ batch }, { time }, { hidden }], reason);
  checkShape('outputs.backward.outputs', outputs.backward.outputs, [{ batch }, { time }, { hidden }], reason);
}
