import type ts from 'typescript';
import { withoutNodes } from './cell-text';
import type { BoundFile, Checker, Compiler } from './compiler';

/**
 * A cell's text with the types of its variables written out and their values gone, so that it means the same without the cells
 * before it. Undefined where there is no such variable.
 */
export function frozenText(ts: Compiler, checker: Checker, file: BoundFile): string | undefined {
  const variables = file.statements.filter((statement) => ts.isVariableStatement(statement));
  if (variables.length === 0) return undefined;
  const others = file.statements.filter((statement) => !isDeclaration(ts, statement));
  const lines = variables.flatMap(({ declarationList }) =>
    declarationList.declarations.flatMap(({ name }) => boundNames(ts, name)).map((name) => {
      const kind = declarationList.flags & ts.NodeFlags.Const ? 'const' : 'let';
      const type = checker.getTypeAtLocation(name);
      return `declare ${kind} ${name.text}: ${checker.typeToString(type, name, ts.TypeFormatFlags.NoTruncation)};`;
    }),
  ); // prettier-ignore
  return [withoutNodes(file, [...variables, ...others]), ...lines].join('\n');
}

/** Whether the variables of two versions of a cell are of the same types. */
export function sameVariables(checker: Checker, a: BoundFile, b: BoundFile): boolean {
  return [...(a.locals ?? [])].every(([name, symbol]) => {
    const other = b.locals?.get(name);
    if (!other || !symbol.valueDeclaration) return other !== undefined;
    const own = checker.getTypeOfSymbol(symbol);
    const others = checker.getTypeOfSymbol(other);
    return checker.isTypeAssignableTo(own, others) && checker.isTypeAssignableTo(others, own);
  });
}

function isDeclaration(ts: Compiler, statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement)
  );
}

function boundNames(ts: Compiler, name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(ts, element.name)));
}
