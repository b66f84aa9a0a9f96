export {
  bidirectional,
  type BackwardPass,
  type BidirectionalBackwardOptions,
  type BidirectionalGradients,
} from './bidirectional';
export { gru, type GruBackwardOptions, type GruGradients, type GruResetBeforeGradients } from './gru';
export { readout, type ReadoutGradients } from './readout';
export { rnn, type RnnBackwardOptions, type RnnGradients } from './rnn';
