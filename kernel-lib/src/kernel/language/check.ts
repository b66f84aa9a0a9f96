import type ts from 'typescript';
import type { BoundFile, Checker, Compiler } from './compiler';

// `import x = require()` and `export =` have no place in ECMAScript modules, which is only how cells are checked
const MODULE_FORMAT = new Set([1202, 1203]);

// a constant is a `let` at run time, so that nothing but this stops an assignment
const CONSTANT = new Set([2588, 2632]);

/** All that is wrong in a file; types are looked at only where the syntax is right. */
export function diagnosticsOf(ts: Compiler, checker: Checker, file: BoundFile): readonly ts.Diagnostic[] {
  if (file.parseDiagnostics.length > 0) return file.parseDiagnostics;
  if (file.checkJsDirective?.enabled === false) return [];
  const found = [...file.bindDiagnostics, ...checker.getDiagnostics(file)].filter(
    ({ category, code }) => category === ts.DiagnosticCategory.Error && !MODULE_FORMAT.has(code),
  );
  return withDirectives(ts, file, found);
}

/** `import 'name'` of something that is not there, which the compiler lets pass. */
export function missingSideEffects(
  ts: Compiler,
  file: BoundFile,
  isThere: (specifier: string) => boolean,
): readonly ts.Diagnostic[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || statement.importClause) return [];
    const { moduleSpecifier: node } = statement;
    if (!ts.isStringLiteral(node) || isThere(node.text)) return [];
    const start = node.getStart(file);
    const category = ts.DiagnosticCategory.Error;
    return [{ file, start, length: node.end - start, category, code: 2307, messageText: 'Cannot find this module.' }];
  });
}

/** `import.meta` in a cell, which is no file. */
export function metaProperties(ts: Compiler, file: BoundFile): readonly ts.Diagnostic[] {
  if (!/\bimport\s*\.\s*meta\b/.test(file.text)) return [];
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      const start = node.getStart(file);
      const messageText = "A cell is no file and has no import.meta: process.cwd() is the notebook's folder.";
      found.push({
        file,
        start,
        length: node.end - start,
        category: ts.DiagnosticCategory.Error,
        code: 1343,
        messageText,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Leaves out what `// @ts-ignore` and `// @ts-expect-error` answer for, and adds expectations that did not come true. */
function withDirectives(ts: Compiler, file: BoundFile, found: readonly ts.Diagnostic[]): readonly ts.Diagnostic[] {
  if (!file.commentDirectives?.length) return found;
  const directives = ts.createCommentDirectivesMap(file, file.commentDirectives);
  const lines = file.text.split('\n');
  const kept = found.filter(({ start, code }) => {
    if (start === undefined || CONSTANT.has(code)) return true;
    for (let line = file.getLineAndCharacterOfPosition(start).line - 1; line >= 0; line--) {
      if (directives.markUsed(line)) return false;
      const text = lines[line]?.trim() ?? '';
      // a directive reaches over blank and comment lines
      if (text !== '' && !text.startsWith('//')) return true;
    }
    return true;
  });
  const unused = directives.getUnusedExpectations().map(({ range }): ts.Diagnostic => ({
    file,
    start: range.pos,
    length: range.end - range.pos,
    category: ts.DiagnosticCategory.Error,
    code: 2578,
    messageText: "Unused '@ts-expect-error' directive.",
  }));
  return [...kept, ...unused];
}
