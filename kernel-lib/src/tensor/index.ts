import './node-compat';

export { affine } from './affine';
export { at } from './at';
export {
  checkDtype,
  checkFinite,
  checkIds,
  checkShape,
  checkSize,
  checkUsable,
  type Axis,
  type NamedSizes,
} from './check';
export { glorotUniform, identity, normalTensor, orthogonal, uniformTensor, type Initializer } from './initializers';
export { logSigmoid } from './log-sigmoid';
export { rng, rngFrom, type Rng, type RngState } from './rng';
export { linearScan } from './scan';
export { stackTime, unstackTime } from './time';
export { within } from './within';
