import { describe, expect, it } from 'vitest';
import { sourceOf, stripSolutions, type Notebook } from 'kernel-lib/notebook';
import { makeNotebook } from '../notebooks/make-notebook';

const solved = `function double(x: number): number {
  // ### BEGIN SOLUTION
  return 2 * x;
  // ### END SOLUTION
}`;
const stripped = (notebook: Notebook): string[] => stripSolutions(notebook).cells.map(sourceOf);

describe('stripSolutions', () => {
  it('puts a stub in the place of a solution, as deep as it was', () => {
    expect(stripped(makeNotebook([solved]))).toEqual([
      "function double(x: number): number {\n  throw new Error('exercise 1: your code here');\n}",
    ]);
  });

  it('numbers by the grade_id, else by order', () => {
    const notebook = makeNotebook(['const a = 1;', solved, solved]);
    const cells = notebook.cells.map((cell, index) =>
      index === 2 ? { ...cell, metadata: { nbgrader: { grade_id: 'exercise-7' } } } : cell,
    );
    const sources = stripped({ ...notebook, cells });
    expect(sources[1]).toContain('exercise 1:');
    expect(sources[2]).toContain('exercise 7:');
  });

  it('leaves every other cell as it is', () => {
    const notebook = makeNotebook(['const a = 1;', 'console.log("### BEGIN SOLUTION");']);
    expect(stripSolutions(notebook)).toEqual(notebook);
  });

  it.each([
    '// ### BEGIN SOLUTION\na',
    'a\n// ### END SOLUTION',
    '// ### BEGIN SOLUTION\n// ### BEGIN SOLUTION\n// ### END SOLUTION',
  ])('refuses parts out of step: %j', (source) => {
    expect(() => stripSolutions(makeNotebook([source]))).toThrow(/Exercise 1 has .* out of step/);
  });
});
