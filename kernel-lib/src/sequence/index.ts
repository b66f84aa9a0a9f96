export { bidirectional, type Bidirectional, type BidirectionalOptions } from './bidirectional';
export { deepBidirectional, type DeepBidirectional, type DeepBidirectionalOptions } from './deep-bidirectional';
export { dropout, type DropoutOptions } from './dropout';
export type { LayerDropout } from './layers';
export { stacked, type Stacked, type StackedOptions } from './stacked';
export { carriedState, detach, type CarriedState } from './state';
export { unroll, type Unrolled } from './unroll';
