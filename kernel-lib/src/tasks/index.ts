import '../tensor/node-compat';

export {
  addingProblem,
  addingProblem1997,
  addingProblemFloor,
  type AddingProblem,
  type AddingProblem1997,
} from './adding';
export { copyMemory, copyMemoryFloor, type CopyMemory } from './copy-memory';
export { keepAndForget, keepAndForgetFloor, type KeepAndForget, type KeepAndForgetOptions } from './keep-and-forget';
export {
  numbersSinceFlag,
  numbersSinceFlagFloor,
  type NumbersSinceFlag,
  type NumbersSinceFlagOptions,
} from './numbers-since-flag';
export type { TaskOptions } from './options';
export { recallFirst, type RecallFirst, type RecallFirstOptions } from './recall-first';
export { temporalOrder, temporalOrder1997, type TemporalOrder, type TemporalOrder1997 } from './temporal-order';
