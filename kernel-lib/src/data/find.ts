import path from 'node:path';
import { progress } from '../display';
import { type CorpusEntry, type CorpusOptions, MissingCorpusError, WrongCorpusError } from './corpus';
import { download, remedy } from './download';
import { downloadFolder, isOffline, type Place, places, type Surroundings } from './folders';
import { codeOf, sizeOf, whatIsWrong } from './verify';

/** How a file is found: all of {@link CorpusOptions} but what stands in for it. */
export type FindOptions = Omit<CorpusOptions, 'orElse'>;

/** The first place that has the file. A file with the right name and wrong content is an error, never passed over. */
async function locate(entry: CorpusEntry, where: readonly Place[]): Promise<string | undefined> {
  const known = entry.extract === undefined ? [entry] : [entry, entry.extract];
  for (const { folder, label } of where) {
    for (const one of known) {
      const file = path.join(folder, one.file);
      let wrong: string | undefined;
      try {
        if ((await sizeOf(file)) === undefined) continue;
        wrong = await whatIsWrong(file, one);
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
  }
  return undefined;
}

async function fetchMissing(
  entry: CorpusEntry,
  options: FindOptions,
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

/**
 * The file of a registered corpus: in $UNROLLED_DATASETS, the project's datasets/downloads/, the user's cache, else downloaded.
 *
 * @throws MissingCorpusError when it is nowhere and cannot be had.
 * @throws WrongCorpusError when a file of its name is not it.
 */
export async function findCorpus(entry: CorpusEntry, options: FindOptions, around: Surroundings): Promise<string> {
  const where = places(around);
  return (await locate(entry, where)) ?? (await fetchMissing(entry, options, around, where));
}
