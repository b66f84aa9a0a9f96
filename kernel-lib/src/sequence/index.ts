export { carriedState, detach, type CarriedState } from './state';
export { unroll, type Unrolled } from './unroll';
