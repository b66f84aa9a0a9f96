import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Cell, Notebook } from 'kernel-lib/notebook';

/** A code cell's source, or one with tags. */
export type Source = string | { readonly source: string; readonly tags: readonly string[] };

export const raises = (source: string): Source => ({ source, tags: ['raises-exception'] });

export function makeNotebook(sources: readonly Source[]): Notebook {
  const cells = sources.map((given, index): Cell => {
    const { source, tags } = typeof given === 'string' ? { source: given, tags: undefined } : given;
    const metadata = tags ? { tags } : {};
    return { cell_type: 'code', id: `cell-${index}`, source, metadata, outputs: [], execution_count: null };
  });
  const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
}

export const project = path.resolve(import.meta.dirname, '../..');
export const python = path.join(project, '.venv/bin/python');

/** A folder of its own in which cells find the project's packages. */
export function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'notebooks-'));
  fs.symlinkSync(path.join(project, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}
