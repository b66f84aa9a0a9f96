export { adam, Adam, type AdamOptions } from './adam';
export { adamw, AdamW, type AdamwOptions } from './adamw';
export { FusedOptimizer, type UpdateRule } from './fused-optimizer';
export { momentum, Momentum, type MomentumOptions } from './momentum';
export { rmsprop, RmsProp, type RmspropOptions } from './rmsprop';
export { sgd, Sgd } from './sgd';
