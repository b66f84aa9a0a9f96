import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { cellsToProgram, codeCells } from 'kernel-lib/notebook';
import { makeNotebook } from '../notebooks/make-notebook';

const programOf = (...sources: string[]): ReturnType<typeof cellsToProgram> =>
  cellsToProgram(codeCells(makeNotebook(sources)), ts);

/** The module's syntax errors and the errors of its types, but for packages that are not there. */
function errorsOf(text: string): string[] {
  const host = ts.createCompilerHost({});
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === 'cells.ts' ? ts.createSourceFile(name, text, version, true) : getSourceFile(name, version);
  const options = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    noEmit: true,
    types: [],
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram(['cells.ts'], options, host))
    .filter(({ code }) => code !== 2307 && code !== 2792)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('cellsToProgram', () => {
  it('lets a later cell see, and declare again, what an earlier one declared', () => {
    const { text } = programOf(
      'const a = 1;',
      'const b: number = a;\nlet a2 = b;',
      'const a = "again";\na.toUpperCase();',
    );
    expect(errorsOf(text)).toEqual([]);
  });

  it('is a module that may await, even without an import', () => {
    expect(errorsOf(programOf('await Promise.resolve(1);').text)).toEqual([]);
  });

  it('makes an import that two cells make once', () => {
    const { text } = programOf('import * as a from "a";\na;', 'import * as a from "a";\na;');
    expect(text.match(/^import/gm)).toHaveLength(1);
    expect(errorsOf(text)).toEqual([]);
  });

  it('finds the cell and line of every line, imports too', () => {
    const { text, origin } = programOf('const a = 1;\n', 'import {\n  x,\n} from "x";\nx(a); // here');
    const lines = text.split('\n');
    expect(origin(lines.findIndex((line) => line.includes('// here')) + 1)).toEqual({ cell: 2, line: 4 });
    expect(lines[0]).toBe('import { x, } from "x";');
    expect(origin(1)).toEqual({ cell: 2, line: 1 });
    expect(origin(lines.length)).toBeUndefined();
  });

  it('leaves text that looks like an import alone', () => {
    const { text } = programOf('const code = `\nimport a from "a";\n`;');
    expect(text).toContain('`\nimport a from "a";\n`');
  });
});
