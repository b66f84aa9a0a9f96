import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MissingCorpusError } from 'kernel-lib/data/corpus';
import { ownSource } from 'kernel-lib/data/own-source';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './corpus-server';

const src = path.resolve(import.meta.dirname, '../../kernel-lib/src');

describe('ownSource', () => {
  it("is this project's own TypeScript, each file under its name", async () => {
    const corpus = await ownSource();
    const cell = await readFile(path.join(src, 'cells/cell.ts'), 'utf8');
    expect(corpus.text).toContain(`// kernel-lib/src/cells/cell.ts\n${cell}`);
    expect(corpus.text).toContain('// kernel-lib/src/data/own-source.ts\n');
    expect(corpus.standIn).toBe(false);
    expect(corpus.path).toBe(src);
  });

  it('says how large it is, and is large enough for windows of 40', async () => {
    const corpus = await ownSource();
    const headers = corpus.text.match(/^\/\/ kernel-lib\/src\/.+\.ts$/gm) ?? [];
    expect(corpus.characters).toBe(Array.from(corpus.text).length);
    expect(corpus.bytes).toBe(Buffer.byteLength(corpus.text));
    expect(corpus.note).toBe(
      `ownSource: ${corpus.characters.toLocaleString('en-US')} characters of TypeScript, ${headers.length} files in ${src}`,
    );
    expect(corpus.characters).toBeGreaterThan(50_000);
    expect(vocabulary(corpus.text).size).toBeGreaterThan(60);
    console.log(corpus.note);
  });

  it('has the same order and text wherever the package lies, whatever the line ends', async () => {
    const root = await temporaryFolder();
    const write = async (file: string, code: string): Promise<void> => {
      await mkdir(path.dirname(path.join(root, 'src', file)), { recursive: true });
      await writeFile(path.join(root, 'src', file), code);
    };
    await write('b.ts', 'export const b = 1;\r\n\r\n');
    await write('a/z.ts', 'export const z = 1;');
    await write('a-b.ts', 'export const ab = 1;\n');
    await write('B.ts', 'export const B = 1;\n');
    await write('notes.md', 'not code');
    const corpus = await ownSource(root);
    expect(corpus.text).toBe(
      [
        '// kernel-lib/src/B.ts\nexport const B = 1;\n',
        '// kernel-lib/src/a-b.ts\nexport const ab = 1;\n',
        '// kernel-lib/src/a/z.ts\nexport const z = 1;\n',
        '// kernel-lib/src/b.ts\nexport const b = 1;\n',
      ].join('\n'),
    );
    const copy = await temporaryFolder();
    await cp(root, copy, { recursive: true });
    expect((await ownSource(copy)).sha256).toBe(corpus.sha256);
    await write('b.ts', 'export const b = 2;\n');
    expect((await ownSource(root)).sha256).not.toBe(corpus.sha256);
  });

  it('says when the package came without its sources', async () => {
    const root = await temporaryFolder();
    await expect(ownSource(root)).rejects.toThrow(MissingCorpusError);
    await expect(ownSource(root)).rejects.toThrow(`there is no TypeScript below ${path.join(root, 'src')}`);
  });
});
