import '../tensor/node-compat';

export { binaryCrossEntropy } from './binary-cross-entropy';
export { crossEntropy, perplexity, type CrossEntropyOptions, type Values } from './loss';
export { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm, type Clipped } from './clip';
export { fit } from './fit';
export type {
  CheckpointOptions,
  EpochReport,
  FitOptions,
  FitResult,
  LossAndGradients,
  StepReport,
} from './fit-options';
export { DivergedError } from './diverged-error';
export type { History } from './history';
export type { EarlyStopOptions } from './early-stop';
export type { NamedTensor, Optimizer, OptimizerState, RatedOptimizer } from './optimizer';
export type { ParamTree } from './params';
export { disposeCheckpoint, loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint';
export {
  adam,
  adamw,
  momentum,
  rmsprop,
  sgd,
  type AdamOptions,
  type AdamwOptions,
  type MomentumOptions,
  type RmspropOptions,
} from './optimizers';
export * as schedules from './schedules';
