import type { Problem } from '../link';
import type { Compiler } from './compiler';

export type CellMode =
  | { readonly kind: 'cell' }
  | { readonly kind: 'module'; readonly name: string; readonly jsx: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What a cell's first line or its leading documentation comments, `@module` say, make of it. */
export function cellMode(ts: Compiler, code: string): CellMode {
  const magic = /^\s*(%%?\w*)/.exec(code);
  if (magic) {
    const message = `Cells of this kernel are TypeScript, got the IPython magic ${magic[1] ?? ''}: remove its line (for a command, use node:child_process).`;
    return problem(code, magic[1] ?? '', message);
  }
  const comments = (ts.getLeadingCommentRanges(code, 0) ?? []).map(({ pos, end }) => code.slice(pos, end));
  const documentation = comments.filter((comment) => comment.startsWith('/**')).join('\n');
  if (/@browser\b/.test(documentation)) {
    const message = 'A @browser cell does not run in this kernel: remove @browser to run it in Node.';
    return problem(code, '@browser', message);
  }
  const named = /@module[ \t]+(\S+)/.exec(documentation)?.[1];
  if (named === undefined) return { kind: 'cell' };
  if (!/^[\w-]+$/.test(named)) {
    const message = `A @module's name is made of letters, digits, "-" and "_", got ${JSON.stringify(named)}.`;
    return problem(code, named, message);
  }
  return { kind: 'module', name: named, jsx: /@jsx\b/.test(documentation) };
}

function problem(code: string, marked: string, message: string): CellMode {
  const before = code.slice(0, code.indexOf(marked)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { kind: 'problem', problem: { line: before.length, column, length: marked.length, message, code: 0 } };
}
