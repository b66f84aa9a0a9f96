import type { Cell, Notebook } from './ipynb';

// what JupyterLab and nbclient note about a run, and what a reader folded or trusted: none of it belongs in a commit
const RUN_METADATA = ['execution', 'collapsed', 'scrolled', 'trusted', 'ExecuteTime', 'widgets'];

/** A notebook as it is committed: no outputs, no execution counts, no traces of a run in the metadata. */
export function stripOutputs(notebook: Notebook): Notebook {
  return { ...notebook, metadata: withoutRun(notebook.metadata), cells: notebook.cells.map(stripCell) };
}

function stripCell(cell: Cell): Cell {
  const metadata = withoutRun(cell.metadata);
  return cell.cell_type === 'code' ? { ...cell, metadata, execution_count: null, outputs: [] } : { ...cell, metadata };
}

function withoutRun(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !RUN_METADATA.includes(key)));
}
