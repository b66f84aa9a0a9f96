export {
  bidirectional,
  type BackwardPass,
  type BidirectionalBackwardOptions,
  type BidirectionalGradients,
} from './bidirectional';
export { readout, type ReadoutGradients } from './readout';
export { rnn, type RnnBackwardOptions, type RnnGradients } from './rnn';
