import * as tf from '@tensorflow/tfjs-node';

/** Where the steps of a masked sequence go when those that are not taken are left out. */
export interface TakenSteps {
  /** How many steps each sequence takes. */
  readonly lengths: readonly number[];
  /** Row (step, n) of the taken steps, among the rows (n, time) of the sequences. */
  readonly source: readonly number[];
  /** Row (n, time) of the outputs, among the rows (step, n) of the states, those before the first step included. */
  readonly target: readonly number[];
}

/**
 * A step that is not taken carries the state on, so leaving it out changes nothing but its own output, which is that of the
 * last step taken before it. Sequences that take fewer steps than the longest go on with copies of their last one.
 *
 * @param mask [batch, time] row by row, 0 where the step is not taken
 */
export function takenSteps(mask: ArrayLike<number>, batch: number, time: number, reverse: boolean): TakenSteps {
  const order = [...Array(time).keys()];
  if (reverse) order.reverse();
  const taken = Array.from({ length: batch }, (_, n) => order.filter((t) => mask[n * time + t] !== 0));
  const lengths = taken.map((steps) => steps.length);
  const longest = Math.max(1, ...lengths);

  const source: number[] = [];
  for (let step = 0; step < longest; step++) {
    taken.forEach((steps, n) => source.push(n * time + (steps[step] ?? steps.at(-1) ?? 0)));
  }
  const target = new Array<number>(batch * time);
  for (let n = 0; n < batch; n++) {
    let count = 0;
    for (const t of order) {
      if (mask[n * time + t] !== 0) count++;
      target[n * time + t] = count * batch + n;
    }
  }
  return { lengths, source, target };
}

/** The rows of those numbers; differentiable. */
export function rowsAt(rows: tf.Tensor2D, numbers: readonly number[]): tf.Tensor2D {
  return tf.gather(rows, tf.tensor1d(numbers as number[], 'int32'));
}
