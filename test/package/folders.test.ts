import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Data flows down this list: a folder imports only from folders above it (README, "Where things are"). */
const order = [
  'tensor', 'files', 'display', 'widgets', 'cells', 'bptt', 'sequence', 'native', 'layers', 'weights', 'train', 'tasks',
  'analysis', 'text', 'classify', 'embeddings', 'audio', 'image', 'data', 'plots', 'course', 'notebook', 'kernel',
]; // prettier-ignore
const source = path.resolve(import.meta.dirname, '../../kernel-lib/src');

const files = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file.includes(path.sep));

function importedFolders(file: string): string[] {
  const text = fs.readFileSync(path.join(source, file), 'utf8');
  const own = path.dirname(path.join(source, file));
  return [...text.matchAll(/(?:from|import|require\()\s*'(\.[^']*)'/g)]
    .map(([, target = '']) => path.relative(source, path.resolve(own, target)).split(path.sep)[0] ?? '')
    .filter((folder) => folder !== file.split(path.sep)[0]);
}

describe('kernel-lib/src', () => {
  it('has only folders with a place in the order', () => {
    const folders = new Set(files.map((file) => file.split(path.sep)[0] ?? ''));
    folders.delete('setup');
    expect([...folders].filter((folder) => !order.includes(folder))).toEqual([]);
  });

  it.each(files)('%s imports only from folders above its own', (file) => {
    const folder = file.split(path.sep)[0] ?? '';
    // set-up runs before anything else is built, so it may lean on nothing
    const above = folder === 'setup' ? [] : order.slice(0, order.indexOf(folder));
    expect(importedFolders(file).filter((target) => !above.includes(target))).toEqual([]);
  });
});
