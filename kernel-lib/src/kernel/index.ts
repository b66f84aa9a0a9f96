export { createTypeChecker } from './check-types';
export { loadTslab, TSLAB_VERSION, type Tslab } from './tslab';
