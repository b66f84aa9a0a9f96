import type tsTypes from 'typescript';
import type { CodeCell } from './ipynb';

/** All cells of a notebook as one TypeScript module. */
export interface NotebookProgram {
  readonly text: string;
  /** The cell and line (both from 1) that a line of `text` (from 1) came from; undefined for lines that no cell wrote. */
  readonly origin: (line: number) => { readonly cell: number; readonly line: number } | undefined;
}

/**
 * Turns cells into one module that a linter can read whole: each cell is a block inside the block of the cell before it, so it
 * sees what came earlier and may declare a name again. Imports, which only a module's top may hold, are moved there; one that
 * an earlier cell has already made is left out.
 *
 * @param ts The compiler that finds the imports.
 */
export function cellsToProgram(cells: readonly CodeCell[], ts: typeof tsTypes): NotebookProgram {
  const imports: Line[] = [];
  const body: Line[] = [];
  for (const { number, source } of cells) {
    const { rest, moved } = takeImports(source, number, ts);
    const known = new Set(imports.map(({ text }) => text));
    imports.push(...moved.filter(({ text }) => !known.has(text)));
    body.push({ text: '{' });
    body.push(...rest.split('\n').map((text, index) => ({ text, cell: number, line: index + 1 })));
  }
  // `export` makes a module of a notebook that imports nothing, so that it may await
  const lines: Line[] = [...imports, ...body, { text: `${'}'.repeat(cells.length)} export {};` }];
  return {
    text: lines.map(({ text }) => text).join('\n'),
    origin: (line) => {
      const { cell, line: inCell } = lines[line - 1] ?? {};
      return cell === undefined || inCell === undefined ? undefined : { cell, line: inCell };
    },
  };
}

interface Line {
  readonly text: string;
  readonly cell?: number;
  readonly line?: number;
}

/** Blanks a cell's imports where they stand, so that every other character keeps its line, and gives each as one line. */
function takeImports(source: string, cell: number, ts: typeof tsTypes): { rest: string; moved: Line[] } {
  const file = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.Latest);
  const moved: Line[] = [];
  let rest = source;
  for (const statement of file.statements.filter((node) => ts.isImportDeclaration(node))) {
    const [start, end] = [statement.getStart(file), statement.getEnd()];
    const text = source.slice(start, end);
    moved.push({
      text: text.replaceAll(/\s*\n\s*/g, ' '),
      cell,
      line: file.getLineAndCharacterOfPosition(start).line + 1,
    });
    rest = rest.slice(0, start) + text.replaceAll(/[^\n]/g, ' ') + rest.slice(end);
  }
  return { rest, moved };
}
