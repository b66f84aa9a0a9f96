import fs from 'node:fs';
import path from 'node:path';
import type { MimeBundle } from 'kernel-lib/display';

export type Cell = { readonly markdown: string } | { readonly code: string; readonly output?: MimeBundle };

/** Writes a notebook as an editor would save it. Nobody has signed it, so JupyterLab does not trust it. */
export function writeNotebook(folder: string, name: string, cells: readonly Cell[]): string {
  const file = path.join(folder, name);
  const notebook = {
    cells: cells.map((cell, index) => notebookCell(cell, `cell-${index}`)),
    metadata: {
      kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' },
      language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  fs.writeFileSync(file, JSON.stringify(notebook, null, 1));
  return file;
}

function notebookCell(cell: Cell, id: string): object {
  if ('markdown' in cell) return { cell_type: 'markdown', id, metadata: {}, source: cell.markdown };
  const outputs = cell.output ? [{ output_type: 'display_data', data: cell.output, metadata: {} }] : [];
  return { cell_type: 'code', id, metadata: {}, execution_count: cell.output ? 1 : null, source: cell.code, outputs };
}

interface SavedNotebook {
  readonly cells: readonly { readonly outputs?: readonly { readonly data?: Readonly<Record<string, unknown>> }[] }[];
}

/** The MIME bundles that lie in a saved notebook. */
export function savedBundles(file: string): readonly Readonly<Record<string, unknown>>[] {
  const { cells } = JSON.parse(fs.readFileSync(file, 'utf8')) as SavedNotebook;
  return cells.flatMap(({ outputs = [] }) => outputs.flatMap(({ data }) => (data === undefined ? [] : [data])));
}
