import * as tf from '@tensorflow/tfjs-node';
import type { Cell, Params, State } from '../cells';
import { singularValues } from '../native';
import { stepJacobians } from './jacobian';
import { columnsOf, type OneSequenceOptions } from './one-sequence';

/** From where to walk, and which part of the state to look at. */
export interface JacobianProductOptions<S extends State> extends OneSequenceOptions<S> {
  /** One part of the state, such as 'c': how its own earlier value reaches it, by whatever path. All parts unless given. */
  readonly part?: string;
}

/** How much of a small change survives, on its way from an earlier state to the last one. */
export interface JacobianProducts {
  /** ‖∂s_T/∂s_{T-k}‖₂ for k = 0, 1, ..., T: the largest singular value of the product of the last k step Jacobians. */
  readonly norms: readonly number[];
  /** ‖∂s_t/∂s_{t-1}‖₂ of every step by itself, in the order of time: their product bounds the norm of the product. */
  readonly steps: readonly number[];
}

/**
 * The products that the gradient goes through, and their largest singular values:
 *   ∂s_T/∂s_{T-k} = J_T J_{T-1} ⋯ J_{T-k+1},  ‖∂s_T/∂s_{T-k}‖₂ ≤ Π ‖J_i‖₂
 * Each product is kept at a size of its own, so that norms from 1e-300 to 1e300 come out though the tensors are of float32.
 * Shapes: xs [1, time, input].
 * Pascanu et al. 2013, On the difficulty of training recurrent neural networks, eq. 5-7.
 *
 * @throws Error for what {@link stepJacobians} refuses, and for a part that the cell does not carry
 */
export function jacobianProducts<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: JacobianProductOptions<S> = {},
): JacobianProducts {
  return tf.tidy(() => {
    const all = stepJacobians(cell, params, xs, options).state;
    const { from, to } = columnsOf(cell.initialState(params, 1), options.part);
    const block = (products: tf.Tensor3D): tf.Tensor3D => products.slice([0, from, from], [-1, to - from, to - from]);
    const jacobians = tf.unstack(all) as tf.Tensor2D[];

    let product: tf.Tensor2D = tf.eye(all.shape[1]);
    let scale = 1;
    const [products, scales] = [[product], [scale]];
    for (const J of jacobians.reverse()) {
      product = product.matMul(J) as tf.Tensor2D;
      const largest = product.abs().max().dataSync()[0] ?? NaN;
      if (largest > 0) product = product.div(largest);
      scale *= largest > 0 ? largest : 1;
      products.push(product);
      scales.push(scale);
    }
    const stretched = largestSingularValues(block(tf.stack(products) as tf.Tensor3D));
    return { norms: stretched.map((norm, k) => norm * (scales[k] ?? NaN)), steps: largestSingularValues(block(all)) };
  });
}

function largestSingularValues(matrices: tf.Tensor3D): number[] {
  return Array.from(singularValues(matrices).slice([0, 0], [-1, 1]).dataSync());
}
