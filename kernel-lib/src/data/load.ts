import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { progress } from '../display';
import { decodeUtf8 } from '../text/utf8';
import {
  type Corpus,
  type CorpusEntry,
  type CorpusOptions,
  grouped,
  MissingCorpusError,
  WrongCorpusError,
} from './corpus';
import { download, remedy } from './download';
import { downloadFolder, here, isOffline, type Place, places, type Surroundings } from './folders';
import { ownSource } from './own-source';
import { textCorpus } from './text-corpus';
import { codeOf, sizeOf, whatIsWrong } from './verify';

/** The first place that has the file. A file with the right name and wrong content is an error, never passed over. */
async function locate(entry: CorpusEntry, where: readonly Place[]): Promise<string | undefined> {
  for (const { folder, label } of where) {
    const file = path.join(folder, entry.file);
    let wrong: string | undefined;
    try {
      if ((await sizeOf(file)) === undefined) continue;
      wrong = await whatIsWrong(file, entry);
    } catch (error) {
      throw new WrongCorpusError(
        `${file} (in ${label}) cannot be read (${codeOf(error) ?? String(error)}): make it readable, or remove it.`,
        { cause: error },
      );
    }
    if (wrong === undefined) return file;
    throw new WrongCorpusError(
      `${file} (in ${label}) is not the registered ${entry.name}: it ${wrong}; replace it with the file from ` +
        `${entry.sources[0] ?? 'its source'}, or remove it to have it downloaded again.`,
    );
  }
  return undefined;
}

async function fetchMissing(
  entry: CorpusEntry,
  options: CorpusOptions,
  around: Surroundings,
  where: readonly Place[],
): Promise<string> {
  const folder = downloadFolder(around);
  if ((options.offline ?? false) || isOffline(around)) {
    const why = options.offline ? 'offline is set' : 'UNROLLED_OFFLINE is set';
    throw new MissingCorpusError(
      `${entry.file} is not in ${where.map((place) => place.folder).join(', ')}, and nothing is downloaded because ${why}; ${remedy(entry, folder)}`,
    );
  }
  const { onProgress, signal, timeoutMs } = options;
  const bar = onProgress === undefined ? progress(Math.ceil(entry.bytes / 1000), `${entry.file}, kB`) : undefined;
  try {
    return await download(entry, folder, {
      onProgress: onProgress ?? ((bytes): void => bar?.update(Math.ceil(bytes / 1000))),
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  } finally {
    bar?.end();
  }
}

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
    const where = places(around);
    const file = (await locate(entry, where)) ?? (await fetchMissing(entry, options, around, where));
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
