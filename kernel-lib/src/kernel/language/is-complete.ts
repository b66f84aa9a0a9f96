import type { Content } from '../link';
import type { BoundFile, Compiler } from './compiler';

const TEMPLATE_OPEN = 1160;
const COMMENT_OPEN = 1010;
// where the parser stops before the end, or not at all
const WORD_TO_COME = /(?:^|[\n;{}])\s*(?:const|var|export(?: default)?)\s*$/;
// a string or a regular expression cannot go on in the next line
const UNREPAIRABLE = new Set([1002, 1161]);

/** The content of `is_complete_reply`: whether a console should run what was typed, or wait for more. */
export function isComplete(ts: Compiler, content: Content): Content {
  const code = String(content.code);
  if (code.trimStart().startsWith('%')) return { status: 'complete' };
  const file = ts.createSourceFile('/cell.ts', code, {
    languageVersion: ts.ScriptTarget.ES2022,
    setExternalModuleIndicator: (each) => {
      (each as BoundFile).externalModuleIndicator = true;
    },
  }) as BoundFile;
  const [first] = file.parseDiagnostics;
  if (WORD_TO_COME.test(code)) return { status: 'incomplete', indent: '' };
  if (!first) return { status: 'complete' };
  if (file.parseDiagnostics.some((each) => each.code === TEMPLATE_OPEN || each.code === COMMENT_OPEN)) {
    return { status: 'incomplete', indent: '' };
  }
  const stuck = !UNREPAIRABLE.has(first.code) && atEnd(ts, code, first.start ?? 0);
  if (!stuck) return { status: 'invalid' };
  // a blank line is how a person asks to run what is there all the same
  if (/\n[^\S\n]*\n\s*$/.test(code)) return { status: 'complete' };
  return { status: 'incomplete', indent: nextIndent(code) };
}

/** Whether nothing but comments follows the place where the parser was stuck: then more input can help. */
function atEnd(ts: Compiler, code: string, start: number): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, code.slice(start));
  return scanner.scan() === ts.SyntaxKind.EndOfFileToken;
}

function nextIndent(code: string): string {
  const line = code.trimEnd().split('\n').at(-1) ?? '';
  const own = /^\s*/.exec(line)?.[0] ?? '';
  const text = line.replace(/\/\/.*$/, '').trimEnd();
  return /(?:[{([]|=>|\b(?:else|do)|\))$/.test(text) ? `${own}  ` : own;
}
