export { MissingCorpusError, WrongCorpusError, type Corpus, type CorpusEntry, type CorpusOptions } from './corpus';
export { download, type DownloadOptions } from './download';
export { nietzsche } from './nietzsche';
export { ownSource } from './own-source';
export { registry } from './registry';
export { sentences, type Sentence, type SentenceKind } from './sentences';
export { tinyShakespeare } from './tiny-shakespeare';
