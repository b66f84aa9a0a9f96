export { batches, streams, type BatchOptions, type IdBatch, type StreamBatch } from './batches';
export { batchModel, type BatchModel } from './batch-model';
export { beamSearch, type Beam, type BeamSearchOptions } from './beam-search';
export { brackets, type Brackets } from './brackets';
export { cellModel, type CellModelOptions, type Readout } from './cell-model';
export { generate, generateText, type GenerateOptions, type SymbolModel } from './generate';
export { generateBatch, type GenerateBatchOptions } from './generate-batch';
export {
  languageModel,
  type CarryingLoss,
  type IdRows,
  type LanguageModel,
  type LanguageModelCell,
  type LanguageModelParams,
  type Reading,
  type ReadingLoss,
} from './language-model';
export { ngram, type NgramModel, type NgramOptions, type Smoothing } from './ngram';
export { batchTensors, oneHot, type TensorBatch } from './one-hot';
export { padSequences, type End, type PaddedSequences, type PadOptions } from './pad-sequences';
export { realWords, wordsOf, type RealWords } from './real-words';
export { argmax, distribution, entropy, logSoftmax, nucleus, sample, softmax, topK, type Sampling } from './sample';
export { readInside, scoresOf, type Inside } from './read-inside';
export { decodeUtf8, type DecodeOptions } from './utf8';
export { tokens, wordVocabulary, type WordVocabulary } from './tokens';
export { vocabulary, type Vocabulary } from './vocabulary';
export { windows, type Windows } from './windows';
