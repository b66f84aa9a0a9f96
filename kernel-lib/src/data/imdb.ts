import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Displayable, progress } from '../display';
import { writeWhole } from '../files/write-whole';
import { type CorpusEntry, type CorpusOptions, grouped, MissingCorpusError } from './corpus';
import { findCorpus } from './find';
import { downloadFolder, here, places, type Surroundings } from './folders';
import { readImdbArchive } from './imdb-archive';
import { kerasReviews, type ReviewOptions, type Reviews } from './keras-imdb';
import { withLock } from './lock';
import { ownReviews } from './own-reviews';
import { registry } from './registry';
import { encodeReviews, readReviews, type StoredReviews } from './review-cache';
import { indexReviews } from './review-index';
import { codeOf } from './verify';

/** Keras's arguments, and how the reviews are found. */
export interface ImdbOptions extends ReviewOptions, Omit<CorpusOptions, 'orElse'> {
  /** What to use when the archive is not there and cannot be had: 12,000 reviews that a small grammar makes up. It says so. */
  orElse?: 'ownReviews';
}

/** Film reviews, and where they come from. */
export interface ImdbCorpus extends Reviews, Displayable {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly citation: string;
  /** The file that was read: the archive, or what was kept of it. */
  readonly path: string;
  /** True when these are not the reviews that were asked for. */
  readonly standIn: boolean;
  /** One line that says what was read, or what stands in for it and why. */
  readonly note: string;
}

const CACHE = 'imdb-reviews.cache';

/** What an earlier call kept, in any place where a corpus may lie. */
function kept(around: Surroundings): { stored: StoredReviews; file: string } | undefined {
  for (const { folder } of places(around)) {
    const file = path.join(folder, CACHE);
    const stored = readReviews(file);
    if (stored !== undefined) return { stored, file };
  }
  return undefined;
}

/** Reads the archive, keeps it in the compact form, and returns what was kept. */
async function fromArchive(
  entry: CorpusEntry,
  options: ImdbOptions,
  around: Surroundings,
): Promise<{ stored: StoredReviews; file: string }> {
  const archive = await findCorpus(entry, options, around);
  const folder = downloadFolder(around);
  const file = path.join(folder, CACHE);
  await mkdir(folder, { recursive: true });
  return withLock(`${file}.lock`, options.signal, async () => {
    // Another process may have made it while this one waited.
    const made = readReviews(file);
    if (made !== undefined) return { stored: made, file };
    const bar = progress(50_000, 'reading reviews, once');
    const reviews = await readImdbArchive(archive, (count) => {
      if (count % 500 === 0) bar.update(count);
    }).finally(() => {
      bar.end();
    });
    const index = indexReviews(reviews);
    const texts = reviews.map(({ text }) => text);
    try {
      await writeWhole(file, encodeReviews(index, texts));
    } catch (error) {
      console.warn(
        `${file} could not be written (${codeOf(error) ?? String(error)}): the next call reads the archive again.`,
      );
    }
    return { stored: { ...index, text: (i) => texts[i] ?? '' }, file: archive };
  });
}

function corpus(stored: StoredReviews, options: ImdbOptions, file: string, standIn?: string): ImdbCorpus {
  const reviews = kerasReviews(stored, options);
  const [train, test] = [reviews.train.reviews.length, reviews.test.reviews.length];
  const { name, title, licence, citation } = registry.imdb;
  const size = `${grouped(train)} reviews to learn from, ${grouped(test)} to test on, ${grouped(stored.words.length)} words`;
  const own = {
    name: 'ownReviews',
    title: "Film reviews made up by this project's own grammar",
    licence: 'Apache-2.0',
  };
  const about =
    standIn === undefined ? { name, title, licence, citation } : { ...own, citation: 'Unrolled, kernel-lib.' };
  const note = standIn === undefined ? `imdb: ${size}, from ${file}` : `Stand-in for imdb: ${size}. ${standIn}.`;
  return {
    ...reviews,
    ...about,
    path: file,
    standIn: standIn !== undefined,
    note,
    toMimeBundle: () => ({
      'text/plain': `${about.title}\n${note}\nlicence: ${about.licence}\n${about.citation}\n\n${reviews.train.text(0).slice(0, 200)}…`,
    }),
  };
}

function standIn(options: ImdbOptions, reason: string): ImdbCorpus {
  const reviews = ownReviews();
  const stored = { ...indexReviews(reviews), text: (i: number): string => reviews[i]?.text ?? '' };
  const made = corpus(stored, options, __dirname, reason);
  // On the page as well: numbers from a stand-in must not pass for the corpus's own.
  console.log(made.note);
  return made;
}

/**
 * The Large Movie Review Dataset of Maas et al. 2011, as `keras.datasets.imdb.load_data` gives it: 25,000 reviews to learn
 * from and 25,000 to test on, half of each positive, as ids of words. The first call reads Stanford's archive; later ones
 * read what that one kept, in under a second.
 *
 * Keras reads a file of its own, `imdb.npz`. Its arrays are Python objects, hence pickled, and unpickling runs whatever
 * program the file holds; so it is not read here, and the numbers differ from that file's in two ways. Words are counted, as
 * there, over the training half, but cut by `reviewWords`: lower case, `<br />` a space, then /[a-z0-9']+/ (87,171 of
 * them; Keras's file has 88,584, "br" among them). And its reviews come in another order before `seed` shuffles them.
 *
 * Two places where Keras's code and its text differ: `maxlen` drops long reviews (code), and without `numWords` all words
 * are kept (text; the code loses the rarest one).
 *
 * @throws MissingCorpusError when the archive is nowhere and cannot be had, unless `orElse` names a stand-in.
 * @throws WrongCorpusError when a file of its name is not it; Error for an archive that is damaged or not to be trusted.
 * @throws RangeError for an argument that is not a natural number, and when maxlen leaves no review.
 */
export async function imdb(options: ImdbOptions = {}): Promise<ImdbCorpus> {
  return loadImdb(options, here());
}

/** {@link imdb} in given surroundings, from a given archive, for tests. */
export async function loadImdb(
  options: ImdbOptions,
  around: Surroundings,
  entry: CorpusEntry = registry.imdb,
): Promise<ImdbCorpus> {
  try {
    const { stored, file } = kept(around) ?? (await fromArchive(entry, options, around));
    return corpus(stored, options, file);
  } catch (error) {
    if (!(error instanceof MissingCorpusError)) throw error;
    if (options.orElse === 'ownReviews') return standIn(options, error.message);
    throw new MissingCorpusError(
      `${error.message}, or pass { orElse: 'ownReviews' } to go on with reviews that this project makes up.`,
      { cause: error.cause },
    );
  }
}
