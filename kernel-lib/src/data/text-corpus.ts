import { type Corpus, grouped } from './corpus';

type Given = Pick<Corpus, 'name' | 'title' | 'text' | 'sha256' | 'path' | 'licence' | 'citation' | 'standIn'>;

const PREVIEW = 200;

/** A character outside the basic plane is two UTF-16 units. */
const codePoints = (text: string): number => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** A corpus from a text that was read; `note` is told how many characters it has. */
export function textCorpus({ note, ...given }: Given & { note: (characters: number) => string }): Corpus {
  const characters = codePoints(given.text);
  const line = note(characters);
  return {
    ...given,
    characters,
    bytes: Buffer.byteLength(given.text),
    note: line,
    // A cell that ends in a corpus shows what it is, not a million characters.
    toMimeBundle: () => ({
      'text/plain':
        `${given.title}\n${line}\n${grouped(characters)} characters, licence: ${given.licence}\n${given.citation}\n\n` +
        `${given.text.slice(0, PREVIEW)}…`,
    }),
  };
}
