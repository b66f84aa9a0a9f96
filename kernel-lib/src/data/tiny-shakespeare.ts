import type { Corpus, CorpusOptions } from './corpus';
import { loadCorpus } from './load';
import { registry } from './registry';

/**
 * 40,000 lines of Shakespeare's plays, Karpathy 2015: 1,115,394 characters, 65 distinct.
 *
 * @throws MissingCorpusError when it is nowhere and cannot be had, unless `orElse` names a stand-in.
 * @throws WrongCorpusError when a file of its name is not it.
 */
export function tinyShakespeare(options: CorpusOptions = {}): Promise<Corpus> {
  return loadCorpus(registry.tinyShakespeare, options);
}
