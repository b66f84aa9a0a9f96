export {
  MissingCorpusError,
  WrongCorpusError,
  type Corpus,
  type CorpusEntry,
  type CorpusFile,
  type CorpusOptions,
} from './corpus';
export { download, type DownloadOptions } from './download';
export { imdb, type ImdbCorpus, type ImdbOptions } from './imdb';
export type { ReviewOptions, Reviews, ReviewSet } from './keras-imdb';
export { nietzsche } from './nietzsche';
export { ownSource } from './own-source';
export { registry } from './registry';
export { reviewWords } from './review-words';
export { sentences, type Sentence, type SentenceKind } from './sentences';
export { smallWorld, type SmallWorld } from './small-world';
export { tangPoems, type Poem, type PoemCorpus, type PoemOptions } from './tang-poems';
export { tinyShakespeare } from './tiny-shakespeare';
