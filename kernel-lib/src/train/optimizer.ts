import * as tf from '@tensorflow/tfjs-node';
import type { FlatParams } from './params';

/** A tensor under the name that its optimizer gave it. */
export interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** What the loop needs of an optimizer: every `tf.train.*` optimizer has it. */
export interface Optimizer {
  /** Takes one step against the gradients, each under its variable's name. */
  applyGradients(gradients: NamedTensor[]): void;
  /** The state besides the parameters: moments, step count. */
  getWeights(): Promise<NamedTensor[]>;
  /** Puts such a state back. */
  setWeights(weights: NamedTensor[]): Promise<void>;
}

/** An optimizer whose learning rate can change between steps: for `fit`, and for `model.compile` of tf.layers. */
export type RatedOptimizer = tf.Optimizer & Optimizer & { learningRate: number };

/** Fields of the tfjs optimizers that they declare as protected or private. */
interface Internals {
  learningRate?: number;
  setLearningRate?: (learningRate: number) => void;
  accBeta1?: tf.Variable;
  accBeta2?: tf.Variable;
}

/** The state of an optimizer, detached from it. `betas` is Adam's: β1^t and β2^t as its float32 products hold them. */
export interface OptimizerState {
  readonly weights: readonly tf.Tensor[];
  readonly betas?: readonly [number, number];
}

/**
 * The optimizer's moments and step count, as new tensors.
 *
 * @throws Error for an optimizer that cannot tell (tfjs's Adamax)
 */
export async function optimizerState(optimizer: Optimizer): Promise<OptimizerState> {
  const named = await optimizer.getWeights().catch((cause: unknown) => {
    throw new Error(
      `optimizer: ${optimizer.constructor.name} cannot tell its state, which a checkpoint needs; use another, such as tf.train.adam.`,
      { cause },
    );
  });
  const weights = named.map(({ tensor }) => tensor.clone());
  // Step count first: a tensor made for this call, unlike the moments, which are the optimizer's own.
  named[0]?.tensor.dispose();
  const { accBeta1, accBeta2 } = optimizer as Internals;
  if (accBeta1 === undefined || accBeta2 === undefined) return { weights };
  return { weights, betas: [scalarOf(accBeta1), scalarOf(accBeta2)] };
}

/** Puts a state back. The tensors stay the caller's. */
export async function restoreOptimizer(optimizer: Optimizer, { weights, betas }: OptimizerState): Promise<void> {
  const before = await optimizer.getWeights();
  await optimizer.setWeights(weights.map((tensor, i) => ({ name: `restored/${i}`, tensor })));
  tf.dispose(before.map(({ tensor }) => tensor));
  if (betas === undefined) return;
  // setWeights computes β^t as a power; the run that was left had multiplied step by step, which rounds otherwise.
  const { accBeta1, accBeta2 } = optimizer as Internals;
  for (const [i, variable] of [accBeta1, accBeta2].entries()) {
    const value = tf.scalar(betas[i as 0 | 1]);
    variable?.assign(value);
    value.dispose();
  }
}

/**
 * @throws Error for an optimizer whose learning rate cannot be changed, or a rate that is no positive number
 */
export function setLearningRate(optimizer: Optimizer, learningRate: number, step: number): void {
  if (!(learningRate >= 0 && learningRate < Infinity)) {
    throw new Error(`learningRate: got ${learningRate} for step ${step}, expected a number of at least 0.`);
  }
  const internals = optimizer as Internals;
  if (typeof internals.setLearningRate === 'function') internals.setLearningRate(learningRate);
  else if (typeof internals.learningRate === 'number') internals.learningRate = learningRate;
  else throw new Error('learningRate: this optimizer has no learning rate to set; leave the option out.');
}

function scalarOf(tensor: tf.Tensor): number {
  return tensor.dataSync()[0] ?? NaN;
}

/**
 * Checks that the moments an optimizer brings along belong to parameters of these shapes: it knows them by position only,
 * and a wrong shape would reach TensorFlow.
 *
 * @param mustTell whether an optimizer that cannot tell its state is refused
 * @throws Error for an optimizer that has trained other parameters
 */
export async function checkOptimizerFits(optimizer: Optimizer, params: FlatParams, mustTell: boolean): Promise<void> {
  const state = await optimizerState(optimizer).catch((error: unknown) => {
    if (mustTell) throw error;
  });
  if (state === undefined) return;
  const moments = state.weights.slice(1);
  const shapes = Object.values(params).map(({ shape }) => shape.join());
  const fits =
    moments.length % shapes.length === 0 && moments.every(({ shape }, i) => shape.join() === shapes[i % shapes.length]);
  tf.dispose([...state.weights]);
  if (fits) return;
  throw new Error(
    'optimizer: it keeps the moments of other parameters, which it has trained before; make a new optimizer for this model.',
  );
}
