import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CorpusEntry } from 'kernel-lib/data/corpus';
import * as datasets from 'kernel-lib/data/index';
import { describe, expect, it } from 'vitest';
import { onRealCorpora } from './real-corpora';

const entries: [string, CorpusEntry][] = Object.entries(datasets.registry);
const readme = path.resolve(import.meta.dirname, '../../datasets/README.md');

describe.each(entries)('%s in the registry', (name, entry) => {
  it('says all that a reader and a download need', () => {
    expect(entry.name).toBe(name);
    expect(entry.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(entry.file).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(entry.sources.length).toBeGreaterThan(0);
    for (const source of entry.sources) expect(new URL(source).protocol).toBe('https:');
    for (const words of [entry.title, entry.licence, entry.citation]) expect(words).not.toBe('');
  });

  it('has a loader of its name', () => {
    expect(datasets[name as keyof typeof datasets]).toBeTypeOf('function');
  });

  it('stands in datasets/README.md', async () => {
    const rows = (await readFile(readme, 'utf8')).split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
    const row = rows.find((cells) => cells[1] === `\`${name}\``);
    const { file, bytes, sha256, licence, sources } = entry;
    expect(row?.slice(2, -1)).toEqual([`\`${file}\``, String(bytes), `\`${sha256}\``, licence, sources[0]]);
  });
});

onRealCorpora('the real files', (folder) => {
  it.each(entries)('%s is the registered one', async (_, entry) => {
    const { file, bytes, sha256 } = entry.extract ?? entry;
    const content = await readFile(path.join(folder, file));
    expect(content.length).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  });
});
