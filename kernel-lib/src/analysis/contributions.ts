import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, type Cell, type Params, type State } from '../cells';
import { at, checkShape, unstackTime } from '../tensor';
import { sideBySide, stepsOf, type OneSequenceOptions } from './one-sequence';
import { pullback } from './pullback';

/** For every parameter, how much of each error's gradient comes from each step: [t][k]. */
export type Contributions<P extends Params> = Readonly<Record<keyof P & string, number[][]>>;

/**
 * Where the gradient of each error comes from. Every step k adds to ∂E_t/∂W what its own use of W did to E_t:
 *   ∂E_t/∂W = Σ_{k≤t} (∂E_t/∂h_t) (∂h_t/∂h_k) (∂⁺h_k/∂W)
 * ∂⁺ being the derivative with h_{k-1} held fixed. Element [t][k] is the norm of that term; 0 for k > t.
 * Give dOutputs_t = ∂E_t/∂h_t as the readout sees it: `bptt.readout(params, outputs, dy).dh`.
 * It takes time · (time + 1) / 2 backward passes of one step: for a few dozen steps, not for thousands.
 * Shapes: xs [batch, time, input], dOutputs [batch, time, hidden]; of a batch, the errors are summed.
 * Pascanu et al. 2013, On the difficulty of training recurrent neural networks, eq. 3-5.
 *
 * @throws Error, before any op runs, for shapes that do not fit each other
 */
export function contributions<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  dOutputs: tf.Tensor3D,
  options: OneSequenceOptions<S> = {},
): Contributions<P> {
  const { batch, time, hidden } = checkSequence(cell, params, xs, options);
  checkShape('dOutputs', dOutputs, [{ batch }, { time }, { hidden }], 'it must match the outputs');

  const names = Object.keys(params);
  const square = (): number[][] => Array.from({ length: time }, () => new Array<number>(time).fill(0));
  const norms = Object.fromEntries(names.map((name) => [name, square()]));
  tf.tidy(() => {
    const steps = stepsOf(cell, params, xs, options);
    for (const [t, dOutput] of unstackTime(dOutputs).entries()) {
      tf.tidy(() => {
        let later: S = { ...mapState(at(steps, 0).before, tf.zerosLike), h: dOutput };
        for (let k = t; k >= 0; k--) {
          const { dParams, dBefore } = backward(cell, params, at(steps, k), later);
          names.forEach((name, i) => ((norms[name]?.[t] ?? [])[k] = normOf(at(dParams, i))));
          later = dBefore;
        }
      });
    }
  });
  return norms as Contributions<P>;
}

/** What one step passes on: to its parameters, and to the state before it. */
function backward<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  { x, before }: { readonly x: tf.Tensor2D; readonly before: S },
  dAfter: S,
): { dParams: tf.Tensor[]; dBefore: S } {
  const weights = Object.values<tf.Tensor>(params);
  const parts = Object.keys(before);
  const grads = pullback(
    () => sideBySide(cell.step(params, x, before), parts),
    [...weights, ...Object.values(before)],
    sideBySide(dAfter, parts),
  );
  const dBefore = parts.map((part, i) => [part, at(grads, weights.length + i)]);
  return { dParams: grads.slice(0, weights.length), dBefore: Object.fromEntries(dBefore) as S };
}

function mapState<S extends State>(state: S, f: (value: tf.Tensor2D) => tf.Tensor2D): S {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, f(value)])) as unknown as S;
}

/** In float64, where the square of a small number is not lost. */
function normOf(tensor: tf.Tensor): number {
  let sum = 0;
  for (const value of tensor.dataSync()) sum += value * value;
  return Math.sqrt(sum);
}
