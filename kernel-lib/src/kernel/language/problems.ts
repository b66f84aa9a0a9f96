import type ts from 'typescript';
import type { Problem } from '../link';
import type { BoundFile, Compiler } from './compiler';

const MOST = 20;

/** Diagnostics as problems: one readable message each, in the order of the text, the cell's own before those of other files. */
export function problemsOf(
  ts: Compiler,
  cell: BoundFile,
  diagnostics: readonly ts.Diagnostic[],
  explain: (diagnostic: ts.Diagnostic) => string | undefined,
): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const diagnostic of diagnostics) {
    const problem = problemOf(ts, cell, diagnostic, explain(diagnostic));
    const key = JSON.stringify(problem);
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  problems.sort((a, b) => compare(a.file ?? '', b.file ?? '') || a.line - b.line || a.column - b.column);
  return capped(problems);
}

function problemOf(ts: Compiler, cell: BoundFile, diagnostic: ts.Diagnostic, explained: string | undefined): Problem {
  const { file = cell, start = 0, length = 1, code } = diagnostic;
  const from = Math.min(start, file.text.length);
  const { line, character } = file.getLineAndCharacterOfPosition(from);
  const rest = file.text.slice(from, from + length);
  // an error over several lines is marked to the end of its first
  const marked = rest.split('\n', 1)[0]?.trimEnd().length ?? 0;
  return {
    ...(file !== cell && { file: file.fileName }),
    line: line + 1,
    column: character + 1,
    length: Math.max(1, marked),
    message: explained ?? readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')),
    code,
  };
}

/** TypeScript names what it cannot reach by name after its file; a cell's file means nothing to the reader. */
export function readable(message: string): string {
  return message
    .replace(/import\("[^"]*\/__cell__\d+"\)\.(?=[\w$])/g, '')
    .replace(/typeof import\("[^"]*\/__cell__\d+"\)/g, 'typeof globalThis')
    .replace(/"[^"\s]*\/__cell__\d+"/g, 'the cell');
}

function capped(problems: Problem[]): Problem[] {
  if (problems.length <= MOST) return problems;
  return problems.slice(0, MOST).map((problem, index) => {
    if (index < MOST - 1) return problem;
    return { ...problem, message: `${problem.message}\n… and ${problems.length - MOST} more` };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
