import { gruForms, type GruForms } from './gru';
import { lstmForms, type LstmForms } from './lstm-forms';
import { rnn, type RnnCell } from './rnn';

export { activate, activationSlope, type Activation } from './activation';
export { checkSequence, checkState, type SequenceOptions, type SequenceSizes } from './arguments';
export type { Cell, CellSizes, Params, State, StepAt } from './cell';
export { checkDirections, checkMerge, type Directions, type Merge } from './directions';
export {
  gru,
  gruForms,
  gruWith,
  type GruCell,
  type GruForms,
  type GruResetAfterForm,
  type GruResetBeforeCell,
  type GruResetBeforeForm,
} from './gru';
export type { GruForm } from './gru-form';
export {
  flipUpdateGate,
  type GruOptions,
  type GruParams,
  type GruResetBeforeParams,
  type GruState,
} from './gru-parameters';
export {
  lengthsMask,
  stepsTaken,
  zeroWhereMasked,
  type Lengths,
  type PaddedOptions,
  type Padding,
  type StepsTaken,
} from './lengths';
export {
  lstm,
  lstmWith,
  type LstmActivations,
  type LstmCell,
  type LstmOptions,
  type LstmParams,
  type LstmState,
} from './lstm';
export { cifg, cifgWith, type CifgCell, type CifgParams } from './lstm-cifg';
export {
  fromCompactLstm,
  lstmCompact,
  toCompactLstm,
  type LstmCompactCell,
  type LstmCompactParams,
} from './lstm-compact';
export { lstmForms, type LstmForms } from './lstm-forms';
export type { GateOptions, GateParams } from './lstm-gates';
export {
  lstmPeephole,
  lstmPeepholeWith,
  type LstmPeepholeCell,
  type LstmPeepholeForm,
  type LstmPeepholeParams,
  type PeepholeGate,
} from './lstm-peephole';
export {
  lstmProjection,
  lstmProjectionWith,
  type LstmProjectionCell,
  type LstmProjectionOptions,
  type LstmProjectionParams,
} from './lstm-projection';
export { checkReadout, readout, type Readout, type ReadoutOptions, type ReadoutParams } from './readout';
export { rnn, rnnWith, type RnnCell, type RnnOptions, type RnnParams, type RnnState } from './rnn';

/** Every cell by its name: a new variant is one more line here. */
export const cells: { readonly rnn: RnnCell } & LstmForms & GruForms = { rnn, ...lstmForms, ...gruForms };
