export { batches, streams, type BatchOptions, type IdBatch, type StreamBatch } from './batches';
export { cellModel, type CellModelOptions, type Readout } from './cell-model';
export { generate, generateText, type GenerateOptions, type SymbolModel } from './generate';
export {
  languageModel,
  type IdRows,
  type LanguageModel,
  type LanguageModelCell,
  type LanguageModelParams,
  type Reading,
  type ReadingLoss,
} from './language-model';
export { batchTensors, oneHot, type TensorBatch } from './one-hot';
export { padSequences, type End, type PaddedSequences, type PadOptions } from './pad-sequences';
export { readInside, type Inside } from './read-inside';
export { argmax, entropy, sample, softmax } from './sample';
export { decodeUtf8, type DecodeOptions } from './utf8';
export { vocabulary, type Vocabulary } from './vocabulary';
export { windows, type Windows } from './windows';
