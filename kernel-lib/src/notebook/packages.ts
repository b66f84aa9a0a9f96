import type { CodeCell } from './ipynb';

const IMPORTED = /\b(?:from|import)\s*\(?\s*(['"])((?![./])[^'"\n]+)\1/g;

/** The packages that a notebook's cells import, each once, in the order in which they first stand there. */
export function importedPackages(cells: readonly CodeCell[]): string[] {
  const found = cells.flatMap(({ source }) => [...source.matchAll(IMPORTED)].map(([, , specifier = '']) => specifier));
  return [...new Set(found)];
}
