import { readFile } from 'node:fs/promises';
import { decodeUtf8 } from '../text/utf8';
import { type Corpus, type CorpusOptions, MissingCorpusError, WrongCorpusError } from './corpus';
import { findCorpus } from './find';
import { here, type Surroundings } from './folders';
import { ownVerses } from './own-verses';
import { registry } from './registry';
import { textCorpus } from './text-corpus';

/** One poem. */
export interface Poem {
  readonly title: string;
  readonly author: string;
  /** Its lines without punctuation: what stands between two marks is a line. */
  readonly lines: readonly string[];
  /** The characters in every line, where all have as many; undefined where the lines differ. */
  readonly lineLength: number | undefined;
}

/** Poems, and their lines as one text. */
export interface PoemCorpus extends Corpus {
  readonly poems: readonly Poem[];
  /** The poems whose lines all have five characters. */
  readonly fiveCharacter: readonly Poem[];
  /** The poems whose lines all have seven characters. */
  readonly sevenCharacter: readonly Poem[];
}

/** How the poems are found. */
export interface PoemOptions extends Omit<CorpusOptions, 'orElse'> {
  /** What to use when they are not there and cannot be had: verses that a small grammar makes up. It says so. */
  orElse?: 'ownVerses';
}

interface Entry {
  title: string;
  author: string;
  paragraphs: string[];
}

function isEntry(value: unknown): value is Entry {
  const { title, author, paragraphs } = (value ?? {}) as Record<string, unknown>;
  const isText = (part: unknown): part is string => typeof part === 'string';
  return isText(title) && isText(author) && Array.isArray(paragraphs) && paragraphs.every(isText);
}

/** Square brackets stand around a character that the editors restored: it belongs to its line. */
const linesOf = (paragraphs: readonly string[]): string[] =>
  paragraphs
    .join('')
    .replace(/[[\]]/g, '')
    .split(/[^\p{Script=Han}〇]+/u)
    .filter((line) => line !== '');

/** A poem with its lines counted. */
export function poem(title: string, author: string, paragraphs: readonly string[]): Poem {
  const lines = linesOf(paragraphs);
  const lengths = new Set(lines.map((line) => Array.from(line).length));
  return { title, author, lines, lineLength: lengths.size === 1 ? [...lengths][0] : undefined };
}

/** The poems with their lines as a text: a line each, an empty line between two poems. */
function poemCorpus(
  poems: readonly Poem[],
  about: Omit<Parameters<typeof textCorpus>[0], 'text' | 'note'>,
  note: string,
): PoemCorpus {
  const [fiveCharacter, sevenCharacter] = [5, 7].map((n) => poems.filter(({ lineLength }) => lineLength === n));
  const text = poems.map(({ lines }) => `${lines.join('\n')}\n`).join('\n');
  const counts = `${poems.length} poems, ${fiveCharacter?.length ?? 0} in lines of five characters, ${sevenCharacter?.length ?? 0} of seven`;
  return {
    ...textCorpus({ ...about, text, note: () => note.replace('POEMS', counts) }),
    poems,
    fiveCharacter: fiveCharacter ?? [],
    sevenCharacter: sevenCharacter ?? [],
  };
}

/**
 * The Three Hundred Tang Poems, in traditional characters. `text` has a line of verse each line, without punctuation, and an
 * empty line between two poems; `poems` has them one by one.
 *
 * @throws MissingCorpusError when the file is nowhere and cannot be had, unless `orElse` names a stand-in.
 * @throws WrongCorpusError when a file of its name is not it.
 */
export function tangPoems(options: PoemOptions = {}): Promise<PoemCorpus> {
  return loadTangPoems(options, here());
}

/** {@link tangPoems} in given surroundings, for tests. */
export async function loadTangPoems(options: PoemOptions, around: Surroundings): Promise<PoemCorpus> {
  const { name, title, sha256, licence, citation } = registry.tangPoems;
  try {
    const file = await findCorpus(registry.tangPoems, options, around);
    const entries: unknown = JSON.parse(decodeUtf8(await readFile(file), { name: file }));
    if (!Array.isArray(entries) || !entries.every(isEntry)) {
      throw new WrongCorpusError(`${file}: expected a list of { title, author, paragraphs }; fetch the file again.`);
    }
    const poems = entries.map((entry) => poem(entry.title, entry.author, entry.paragraphs));
    const about = { name, title, sha256, licence, citation, path: file, standIn: false };
    return poemCorpus(poems, about, `tangPoems: POEMS, from ${file}`);
  } catch (error) {
    if (!(error instanceof MissingCorpusError)) throw error;
    if (options.orElse === 'ownVerses') {
      const verses = ownVerses().map((one) => poem(one.title, one.author, one.paragraphs));
      const own = { name: 'ownVerses', title: "Chinese verses made up by this project's own grammar", sha256: '' };
      const about = {
        ...own,
        licence: 'Apache-2.0',
        citation: 'Unrolled, kernel-lib.',
        path: __dirname,
        standIn: true,
      };
      const made = poemCorpus(verses, about, `Stand-in for tangPoems: POEMS. ${error.message}.`);
      // On the page as well: numbers from a stand-in must not pass for the corpus's own.
      console.log(made.note);
      return made;
    }
    throw new MissingCorpusError(
      `${error.message}, or pass { orElse: 'ownVerses' } to go on with verses that this project makes up.`,
      { cause: error.cause },
    );
  }
}
