import type { Corpus, CorpusOptions } from './corpus';
import { loadCorpus } from './load';
import { registry } from './registry';

/**
 * The text of the Keras text-generation example: 600,893 characters, 57 distinct after lower-casing.
 *
 * @throws MissingCorpusError when it is nowhere and cannot be had, unless `orElse` names a stand-in.
 * @throws WrongCorpusError when a file of its name is not it.
 */
export function nietzsche(options: CorpusOptions = {}): Promise<Corpus> {
  return loadCorpus(registry.nietzsche, options);
}
