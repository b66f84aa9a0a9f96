import type ts from 'typescript';
import type { Compiler } from './compiler';

/** What a text asks of its surroundings, read off its syntax. */
export interface CellSyntax {
  /** Module specifiers, each once. */
  readonly specifiers: readonly string[];
  /** `declare module 'name'` at top level. */
  readonly modules: readonly ts.ModuleDeclaration[];
  /** `declare global` at top level. */
  readonly globals: readonly ts.ModuleDeclaration[];
}

export function readSyntax(ts: Compiler, file: ts.SourceFile): CellSyntax {
  const specifiers = new Set<string>();
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node) && node.text !== '') specifiers.add(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    ts.forEachChild(node, visit);
  };
  if (/\b(?:import|from|require)\b/.test(file.text)) visit(file);
  const declarations = file.statements.filter((statement) => ts.isModuleDeclaration(statement));
  const modules = declarations.filter(({ name }) => ts.isStringLiteral(name));
  const globals = declarations.filter((node) => (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0);
  return { specifiers: [...specifiers], modules, globals };
}

/** The text with blanks where `nodes` stand, so that everything else keeps its place. */
export function withoutNodes(file: ts.SourceFile, nodes: readonly ts.Node[]): string {
  let { text } = file;
  for (const node of nodes) {
    const start = node.getStart(file);
    const blank = text.slice(start, node.end).replace(/[^\n]/g, ' ');
    text = text.slice(0, start) + blank + text.slice(node.end);
  }
  return text;
}
