import { readFile } from 'node:fs/promises';
import { decodeUtf8 } from '../text/utf8';
import { type Corpus, type CorpusEntry, type CorpusOptions, grouped, MissingCorpusError } from './corpus';
import { findCorpus } from './find';
import { here, type Surroundings } from './folders';
import { ownSource } from './own-source';
import { textCorpus } from './text-corpus';

async function standIn(entry: CorpusEntry, reason: MissingCorpusError): Promise<Corpus> {
  const own = await ownSource();
  const note = `Stand-in for ${entry.name}: ${own.note}. ${reason.message}.`;
  // On the page as well: numbers from a stand-in must not pass for the corpus's own.
  console.log(note);
  return textCorpus({ ...own, standIn: true, note: () => note });
}

/**
 * A registered corpus as text: from $UNROLLED_DATASETS, the project's datasets/downloads/, the user's cache, else downloaded.
 *
 * @throws MissingCorpusError when it is nowhere and cannot be had, unless `orElse` names a stand-in.
 * @throws WrongCorpusError when a file of its name is not it.
 */
export async function loadCorpus(
  entry: CorpusEntry,
  options: CorpusOptions = {},
  around: Surroundings = here(),
): Promise<Corpus> {
  try {
    const file = await findCorpus(entry, options, around);
    const { name, title, sha256, licence, citation } = entry;
    return textCorpus({
      name,
      title,
      sha256,
      licence,
      citation,
      text: decodeUtf8(await readFile(file), { name: file }),
      path: file,
      standIn: false,
      note: (characters) => `${name}: ${grouped(characters)} characters from ${file}`,
    });
  } catch (error) {
    if (!(error instanceof MissingCorpusError)) throw error;
    if (options.orElse === 'ownSource') return standIn(entry, error);
    throw new MissingCorpusError(
      `${error.message}, or pass { orElse: 'ownSource' } to go on with this project's own source code.`,
      { cause: error.cause },
    );
  }
}
