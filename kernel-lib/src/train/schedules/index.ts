export { cosine, cosineRestarts } from './cosine';
export { constant, exponential, stepped } from './decay';
export { oneCycle, type OneCycleOptions } from './one-cycle';
export { reduceOnPlateau, type PlateauOptions } from './reduce-on-plateau';
export type { Schedule } from './schedule';
export { warmUp } from './warm-up';
