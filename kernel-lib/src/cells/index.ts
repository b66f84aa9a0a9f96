import { rnn, type RnnCell } from './rnn';

export { activate, activationSlope, type Activation } from './activation';
export { checkSequence, checkState, type SequenceOptions, type SequenceSizes } from './arguments';
export type { Cell, CellSizes, Params, State } from './cell';
export { checkDirections, checkMerge, type Directions, type Merge } from './directions';
export {
  lengthsMask,
  stepsTaken,
  zeroWhereMasked,
  type Lengths,
  type PaddedOptions,
  type Padding,
  type StepsTaken,
} from './lengths';
export { checkReadout, readout, type Readout, type ReadoutOptions, type ReadoutParams } from './readout';
export { rnn, rnnWith, type RnnCell, type RnnOptions, type RnnParams, type RnnState } from './rnn';

/** Every cell by its name: a new variant is one more line here. */
export const cells: { readonly rnn: RnnCell } = { rnn };
