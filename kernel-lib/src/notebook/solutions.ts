import { sourceLines, sourceOf, type Cell, type Notebook } from './ipynb';

const BEGIN = /^(\s*)\/\/ ### BEGIN SOLUTION\s*$/;
const END = /^\s*\/\/ ### END SOLUTION\s*$/;

/**
 * The notebook as students get it: each part between `// ### BEGIN SOLUTION` and `// ### END SOLUTION` becomes a line that throws
 * "exercise 2: your code here", which type-checks wherever a value has to be returned. The number is the one in the cell's
 * nbgrader `grade_id`; without one, solution cells count from 1.
 *
 * @throws Error when a part is begun and not ended, or ended and not begun.
 */
export function stripSolutions(notebook: Notebook): Notebook {
  let order = 0;
  const cells = notebook.cells.map((cell) => {
    const text = sourceOf(cell);
    if (cell.cell_type !== 'code' || !/^\s*\/\/ ### (?:BEGIN|END) SOLUTION\s*$/m.test(text)) return cell;
    order += 1;
    return { ...cell, source: sourceLines(stripText(text, exerciseNumber(cell) ?? order)) };
  });
  return { ...notebook, cells };
}

function stripText(text: string, exercise: number): string {
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const begin = BEGIN.exec(line);
    if (begin ? inside : END.test(line) && !inside) throw unbalanced(exercise);
    if (begin) kept.push(`${begin[1] ?? ''}throw new Error('exercise ${exercise}: your code here');`);
    else if (!inside) kept.push(line);
    if (begin) inside = true;
    else if (END.test(line)) inside = false;
  }
  if (inside) throw unbalanced(exercise);
  return kept.join('\n');
}

function unbalanced(exercise: number): Error {
  return new Error(
    `Exercise ${exercise} has "### BEGIN SOLUTION" and "### END SOLUTION" out of step: expected one END after each BEGIN.`,
  );
}

function exerciseNumber({ metadata }: Cell): number | undefined {
  const { grade_id: id } = (metadata.nbgrader ?? {}) as { grade_id?: unknown };
  const digits = typeof id === 'string' ? /\d+/.exec(id)?.[0] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
