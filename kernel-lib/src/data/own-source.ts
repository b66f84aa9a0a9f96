import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeUtf8 } from '../text/utf8';
import { textCorpus } from './text-corpus';
import { type Corpus, grouped, MissingCorpusError } from './corpus';
import { packageRoot } from './folders';

/** The TypeScript files below a folder, as paths with '/', in an order that no locale or file system changes. */
async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The source code of kernel-lib itself as a corpus of TypeScript: every file below its `src`, sorted by path, each under a
 * line with its name. It is there without a network, also in the installed package; it changes with the project, so the
 * note says how large it is.
 *
 * @throws MissingCorpusError when the package was installed without its sources.
 */
export async function ownSource(root: string = packageRoot): Promise<Corpus> {
  const folder = path.join(root, 'src');
  const files = await sourceFiles(folder).catch(() => []);
  if (files.length === 0) {
    throw new MissingCorpusError(
      `ownSource: there is no TypeScript below ${folder}; expected kernel-lib's own sources: install the package whole.`,
    );
  }
  const parts = await Promise.all(
    files.map(async (file) => {
      const name = path.join(folder, file);
      const code = decodeUtf8(await readFile(name), { name });
      return `// kernel-lib/src/${file}\n${code.trimEnd()}\n`;
    }),
  );
  const text = parts.join('\n');
  return textCorpus({
    name: 'ownSource',
    title: "TypeScript: this project's own source code",
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    path: folder,
    licence: 'Apache-2.0',
    citation: 'Unrolled, kernel-lib.',
    standIn: false,
    note: (characters) =>
      `ownSource: ${grouped(characters)} characters of TypeScript, ${files.length} files in ${folder}`,
  });
}
