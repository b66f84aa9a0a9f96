import * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells';
import { at } from '../tensor';
import { stepJacobians } from './jacobian';
import { columnsOf, type OneSequenceOptions } from './one-sequence';

/** From where to walk, and which part of the state to look at. */
export interface SensitivityOptions<S extends State> extends OneSequenceOptions<S> {
  /** The part of the state that answers: 'h' unless given. */
  readonly part?: string;
}

/**
 * How the state after each step answers to each input that came before: element [t][k] is the Frobenius norm
 *   ‖∂h_t/∂x_k‖,  ∂s_t/∂x_k = J_t J_{t-1} ⋯ J_{k+1} ∂s_k/∂x_k
 * and 0 for k > t, as no step sees what is to come. Column 0 is what figure 4.4 of Graves 2012, Supervised sequence labelling
 * with recurrent neural networks, draws as shades: the sensitivity to the first input.
 * Shapes: xs [1, time, input].
 *
 * @throws Error for what {@link stepJacobians} refuses, and for a part that the cell does not carry
 */
export function sensitivity<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: SensitivityOptions<S> = {},
): number[][] {
  return tf.tidy(() => {
    const jacobians = stepJacobians(cell, params, xs, options);
    const { from, to } = columnsOf(cell.initialState(params, 1), options.part ?? 'h');
    const [time, , inputs] = jacobians.input.shape;
    const J = tf.unstack(jacobians.state) as tf.Tensor2D[];
    const B = tf.unstack(jacobians.input) as tf.Tensor2D[];

    // ∂s_t/∂x_0, ∂s_t/∂x_1, ..., ∂s_t/∂x_t side by side.
    let all = at(B, 0);
    return B.map((own, t) => {
      all = t === 0 ? own : tf.concat([at(J, t).matMul(all) as tf.Tensor2D, own], 1);
      const asked = all.slice([from, 0], [to - from, -1]);
      const norms = columnNorms(asked.dataSync(), inputs, t + 1);
      return [...norms, ...new Array<number>(time - norms.length).fill(0)];
    });
  });
}

/** The Frobenius norm of every block of so many columns; summed in float64, where the square of a small number is not lost. */
function columnNorms(values: ArrayLike<number>, width: number, blocks: number): number[] {
  const squares = new Array<number>(blocks).fill(0);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor((i % (width * blocks)) / width);
    squares[block] = (squares[block] ?? 0) + (values[i] ?? NaN) ** 2;
  }
  return squares.map(Math.sqrt);
}
