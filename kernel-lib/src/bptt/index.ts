export {
  bidirectional,
  type BackwardPass,
  type BidirectionalBackwardOptions,
  type BidirectionalGradients,
} from './bidirectional';
export { conditionedRnn, type ConditionedRnnGradients } from './conditioned-rnn';
export { gru, type GruBackwardOptions, type GruGradients, type GruResetBeforeGradients } from './gru';
export { jordan, type JordanGradients } from './jordan';
export { lstm, type LstmBackwardOptions, type LstmGradients } from './lstm';
export { cifg, type CifgGradients } from './lstm-cifg';
export { lstmCompact, type LstmCompactGradients } from './lstm-compact';
export { lstmPeephole, type LstmPeepholeBackwardOptions, type LstmPeepholeGradients } from './lstm-peephole';
export { lstmProjection, type LstmProjectionGradients } from './lstm-projection';
export type { GateGradients } from './lstm-through-time';
export { minGru, type MinGruGradients } from './min-gru';
export { minLstm, type MinLstmGradients } from './min-lstm';
export { readout, type ReadoutGradients } from './readout';
export { rnn, type RnnBackwardOptions, type RnnGradients } from './rnn';
