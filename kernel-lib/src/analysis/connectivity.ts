import * as tf from '@tensorflow/tfjs-node';
import { checkIds, checkShape } from '../tensor';
import { pullback } from './pullback';

/** Which of the scores at each step to ask. */
export interface ConnectivityOptions {
  /** The symbol at each step whose score is asked, one a step: the one that came next, say. The highest score unless given. */
  readonly of?: ArrayLike<number>;
}

/** How many copies of the text are walked along at once. */
const AT_ONCE = 64;

/**
 * How each prediction hangs on each character before it: element [t][k] is the Euclidean norm
 *   ‖∂y_{t,j} / ∂x_k‖,  j the symbol asked for at t
 * of the gradient of one score with respect to the input at step k, and 0 for k > t. Any model will do that scores a sequence.
 * All rows are asked at once: a batch of copies of the text, the t-th of which is asked at step t alone.
 * ```ts
 * const scores = (xs: tf.Tensor3D) => readout.apply(params.readout, native.lstm(params.cell, xs).outputs);
 * show(plots.heatmap(analysis.connectivity(scores, xs), { ... }));
 * ```
 * Shapes: xs [1, time, input], scores [batch, time, size].
 * Madsen 2019, Visualizing memorization in RNNs (Distill), which calls it connectivity.
 *
 * @param scores differentiable once; each sequence of a batch by itself, each score by what came before alone
 * @throws Error for a text that is not one sequence, scores of another shape, and symbols that there are none of
 */
export function connectivity(
  scores: (xs: tf.Tensor3D) => tf.Tensor3D,
  xs: tf.Tensor3D,
  { of }: ConnectivityOptions = {},
): number[][] {
  const { time, input } = checkShape('xs', xs, [{ batch: 1 }, 'time', 'input'], 'it is that of one text');
  if (of !== undefined && of.length !== time) {
    throw new Error(`of: got ${of.length} symbols for ${time} steps, expected one a step.`);
  }
  return tf.tidy(() => {
    const said = scores(xs);
    const { size } = checkShape('scores(xs)', said, [{ batch: 1 }, { time }, 'size'], 'a score for every symbol');
    const asked = of ?? said.squeeze<tf.Tensor2D>([0]).argMax(1).dataSync<'int32'>();
    checkIds('of', asked, size, { fix: 'ask for symbols that have a score' });
    const rows: number[][] = [];
    for (let from = 0; from < time; from += AT_ONCE) {
      // What comes after the last step that is asked has no say.
      const until = Math.min(from + AT_ONCE, time);
      rows.push(...tf.tidy(() => normsOf(scores, xs.slice([0, 0, 0], [1, until, input]), asked, from, size)));
    }
    return rows.map((row) => [...row, ...new Array<number>(time - row.length).fill(0)]);
  });
}

/** Rows from `from` to the end of xs. */
function normsOf(
  scores: (xs: tf.Tensor3D) => tf.Tensor3D,
  xs: tf.Tensor3D,
  asked: ArrayLike<number>,
  from: number,
  size: number,
): number[][] {
  const [, until] = xs.shape;
  const count = until - from;
  const copies = xs.tile<tf.Tensor3D>([count, 1, 1]);
  const dy = tf.buffer([count, until, size]);
  for (let row = 0; row < count; row++) dy.set(1, row, from + row, asked[from + row] ?? 0);
  const [dx] = pullback(() => scores(copies), [copies], dy.toTensor()) as [tf.Tensor3D];
  return dx.norm('euclidean', 2).arraySync() as number[][];
}
