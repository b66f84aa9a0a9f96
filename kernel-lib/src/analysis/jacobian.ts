import * as tf from '@tensorflow/tfjs-node';
import { checkParams, checkState, type Cell, type Params, type State } from '../cells';
import { at, checkFinite, checkShape } from '../tensor';
import { checkOneSequence, columnsOf, sideBySide, stepsOf, type OneSequenceOptions } from './one-sequence';
import { pullback } from './pullback';

/** What each step of a sequence makes of small changes. `state` is as wide as all parts of the state side by side. */
export type StepJacobians = Readonly<{
  /** ∂s_t/∂s_{t-1}, shape [time, state, state]; element [t, i, j] is how state i after the step answers to state j before it. */
  state: tf.Tensor3D;
  /** ∂s_t/∂x_t [time, state, input]. */
  input: tf.Tensor3D;
}>;

/**
 * The Jacobian of one step for one sequence, by autodiff: J_ij = ∂s_t,i / ∂s_{t-1},j, the parts of the state ({ h, c }) side by
 * side in the order of the cell's initial state. For the tanh RNN
 *   ∂h_t/∂h_{t-1} = diag(1 − h_t²) Whhᵀ
 * Shapes: x [1, input], each part of the state [1, ...]; J [state, state].
 * Pascanu et al. 2013, On the difficulty of training recurrent neural networks, eq. 5.
 *
 * @throws Error, before any op runs, for shapes that do not fit each other and for a batch that is not 1
 */
export function stepJacobian<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  x: tf.Tensor2D,
  state: S,
): tf.Tensor2D {
  const { inputSize } = checkParams(cell, params);
  const reason = 'a Jacobian is that of one sequence, and the last axis must match the input weights';
  checkShape('x', x, [{ batch: 1 }, { input: inputSize }], reason);
  checkState('state', state, cell, params, 1);
  return tf.tidy(() => jacobiansOf(cell, params, x, state).state);
}

/**
 * {@link stepJacobian} at every step of one sequence, with what each step makes of its input.
 * Shapes: xs [1, time, input].
 *
 * @throws Error, before any op runs, for shapes that do not fit each other and for a batch that is not 1; afterwards where
 *   the walk ran into NaN or infinity
 */
export function stepJacobians<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: OneSequenceOptions<S> = {},
): StepJacobians {
  checkOneSequence(cell, params, xs, options);
  return tf.tidy(() => {
    const steps = stepsOf(cell, params, xs, options).map(({ x, before }) =>
      tf.tidy(() => jacobiansOf(cell, params, x, before)),
    );
    const jacobians = {
      state: tf.stack(steps.map(({ state }) => state)) as tf.Tensor3D,
      input: tf.stack(steps.map(({ input }) => input)) as tf.Tensor3D,
    };
    checkFinite('∂s_t/∂s_{t-1} [time, state, state]', jacobians.state);
    checkFinite('∂s_t/∂x_t [time, state, input]', jacobians.input);
    return jacobians;
  });
}

/** All rows at once: a batch of copies of the one step, whose k-th is asked about state k alone. */
function jacobiansOf<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  x: tf.Tensor2D,
  state: S,
): { state: tf.Tensor2D; input: tf.Tensor2D } {
  const names = Object.keys(state);
  const size = columnsOf(state, undefined).to;
  const copies = [x, ...Object.values(state)].map((value) => value.tile<tf.Tensor2D>([size, 1]));
  const [xs, ...parts] = copies as [tf.Tensor2D, ...tf.Tensor2D[]];
  const before = Object.fromEntries(names.map((name, k) => [name, at(parts, k)])) as unknown as S;
  const after = (): tf.Tensor => sideBySide(cell.step(params, xs, before), names);
  const [dx, ...dBefore] = pullback(after, copies, tf.eye(size)) as [tf.Tensor2D, ...tf.Tensor2D[]];
  return { state: tf.concat(dBefore, 1), input: dx };
}
