export { readout, type ReadoutGradients } from './readout';
export { rnn, type RnnBackwardOptions, type RnnGradients } from './rnn';
