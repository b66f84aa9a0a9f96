import { conditionedRnn, type ConditionedRnnCell } from './conditioned-rnn';
import { gruForms, type GruForms } from './gru';
import { irnn, type IrnnCell } from './irnn';
import { jordan, type JordanCell } from './jordan';
import { lstmForms, type LstmForms } from './lstm-forms';
import { minGru, minGruLog, type MinGruCell } from './min-gru';
import { minLstm, minLstmLog, type MinLstmCell } from './min-lstm';
import { rnn, type RnnCell } from './rnn';
import { slstm, type SlstmCell } from './slstm';

export { activate, activationSlope, type Activation } from './activation';
export { checkParams, checkSequence, checkState, type SequenceOptions, type SequenceSizes } from './arguments';
export type { Cell, CellSizes, GatedCell, Gates, Params, State, StepAt } from './cell';
export {
  conditionedOn,
  conditionedRnn,
  type ConditionedRnnCell,
  type ConditionedRnnOptions,
  type ConditionedRnnParams,
  type ConditionedRnnState,
} from './conditioned-rnn';
export { checkDirections, checkMerge, type Directions, type Merge } from './directions';
export { embedding, type Embedding, type EmbeddingOptions, type EmbeddingParams } from './embedding';
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
  type GruGates,
  type GruOptions,
  type GruParams,
  type GruResetBeforeParams,
  type GruState,
} from './gru-parameters';
export { irnn, type IrnnCell, type IrnnOptions } from './irnn';
export {
  jordan,
  jordanWith,
  type JordanCell,
  type JordanForm,
  type JordanGates,
  type JordanOptions,
  type JordanParams,
  type JordanState,
} from './jordan';
export { jordanDecayWith, type JordanDecayCell, type JordanDecayState } from './jordan-decay';
export {
  lengthsMask,
  stepsTaken,
  zeroWhereMasked,
  type Lengths,
  type PaddedOptions,
  type Padding,
  type StepsTaken,
} from './lengths';
export type { LinearCell, LinearOptions, LinearParams, LinearState, MinimalForm, Recurrence } from './linear';
export {
  lstm,
  lstmWith,
  type LstmActivations,
  type LstmCell,
  type LstmGates,
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
export type { GateOptions, GateParams, PerGate } from './lstm-gates';
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
export { minGru, minGruLog, minGruWith, type MinGruCell, type MinGruGates, type MinGruParams } from './min-gru';
export { minLstm, minLstmLog, minLstmWith, type MinLstmCell, type MinLstmGates, type MinLstmParams } from './min-lstm';
export { checkReadout, readout, type Readout, type ReadoutOptions, type ReadoutParams } from './readout';
export { rnn, rnnWith, type RnnCell, type RnnGates, type RnnOptions, type RnnParams, type RnnState } from './rnn';

export {
  slstm,
  slstmWith,
  type SlstmCell,
  type SlstmForm,
  type SlstmGates,
  type SlstmParams,
  type SlstmState,
} from './slstm';

export {
  stackRnnWith,
  type StackRnnCell,
  type StackRnnForm,
  type StackRnnGates,
  type StackRnnOptions,
  type StackRnnParams,
  type StackRnnState,
} from './stack-rnn';

/** The simple recurrent networks, and what is simpler or newer than the LSTM and the GRU, by their names. */
export interface OtherCells {
  readonly rnn: RnnCell;
  readonly irnn: IrnnCell;
  readonly jordan: JordanCell;
  readonly 'conditioned rnn': ConditionedRnnCell;
  readonly minGru: MinGruCell;
  readonly 'minGru (log)': MinGruCell;
  readonly minLstm: MinLstmCell;
  readonly 'minLstm (log)': MinLstmCell;
  readonly slstm: SlstmCell;
}

/**
 * Every cell that is one as it stands, by its name: a new variant is one more line here. What must be told first, as a stack its
 * depth, is made by the function that asks for it.
 */
export const cells: OtherCells & LstmForms & GruForms = {
  rnn,
  irnn,
  jordan,
  'conditioned rnn': conditionedRnn,
  minGru,
  'minGru (log)': minGruLog,
  minLstm,
  'minLstm (log)': minLstmLog,
  slstm,
  ...lstmForms,
  ...gruForms,
};
