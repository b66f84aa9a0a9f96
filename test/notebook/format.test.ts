import { describe, expect, it } from 'vitest';
import { checkFormat, describeFinding, type Cell, type Notebook } from 'kernel-lib/notebook';
import { makeNotebook } from '../notebooks/make-notebook';

const clean = makeNotebook(['const a = 1;', 'a']);
const withCell = (change: Partial<Cell>): Notebook => ({
  ...clean,
  cells: clean.cells.map((cell, index) => (index === 1 ? { ...cell, ...change } : cell)),
});
const messages = (notebook: Notebook, bytes = 1000): string => checkFormat(notebook, bytes).map(({ message }) => message).join('\n'); // prettier-ignore

describe('checkFormat', () => {
  it('finds nothing in a clean notebook', () => {
    expect(checkFormat(clean, 999_999)).toEqual([]);
  });

  it.each<[string, Notebook, RegExp]>([
    ['an older format', { ...clean, nbformat_minor: 4 }, /its format is 4\.4, expected 4\.5/],
    ['another kernel', { ...clean, metadata: { kernelspec: { name: 'python3' } } }, /kernelspec is "python3"/],
    ['no kernel', { ...clean, metadata: {} }, /kernelspec is missing/],
    ['an id twice', withCell({ id: 'cell-0' }), /has the id "cell-0" of an earlier cell/],
    ['a bad id', withCell({ id: 'a b' }), /has the id "a b", expected 1 to 64/],
    ['an output', withCell({ outputs: [{ output_type: 'stream' }] }), /holds outputs .* --fix/],
    ['an execution count', withCell({ execution_count: 1 }), /traces of a run/],
    ['traces in the metadata', withCell({ metadata: { execution: {} } }), /traces of a run/],
    ['a long cell', withCell({ source: 'a;\n'.repeat(31) }), /it has 31 lines, at most 30/],
  ])('finds %s', (_, notebook, message) => {
    expect(messages(notebook)).toMatch(message);
  });

  it('finds a missing id', () => {
    const [first, second] = clean.cells;
    if (!first || !second) throw new Error('two cells expected');
    const bare: Cell = { cell_type: 'code', source: second.source, metadata: {} };
    expect(messages({ ...clean, cells: [first, bare] })).toMatch(/cell at position 2 \("a"\) has no id/);
  });

  it('finds a notebook that is too large', () => {
    expect(messages(clean, 1_000_000)).toMatch(/1000000 bytes/);
  });

  it('does not count the lines that instruct nbgrader or tslab', () => {
    const source = `/** @module helper */\n// ### BEGIN SOLUTION\n${'a;\n'.repeat(30)}// ### END SOLUTION\n`;
    expect(checkFormat(withCell({ source }), 10)).toEqual([]);
  });
});

it('says where a finding is', () => {
  expect(describeFinding('a.ipynb', { cell: 7, line: 3, message: 'no' })).toBe('a.ipynb, cell 7, line 3: no');
  expect(describeFinding('a.ipynb', { message: 'no' })).toBe('a.ipynb: no');
});
