export { bidirectional, type Bidirectional, type BidirectionalOptions } from './bidirectional';
export { carriedState, detach, type CarriedState } from './state';
export { unroll, type Unrolled } from './unroll';
