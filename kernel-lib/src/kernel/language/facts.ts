import type ts from 'typescript';
import type { BoundFile, Checker, Compiler } from './compiler';

/** What emission needs to know of a cell's or a local file's types. Nodes are named by their places in the text. */
export interface Facts {
  /** Names that imports bring in, and `import x = N.y`, by the position of the name: whether they exist at run time. */
  readonly values: ReadonlySet<number>;
  /** Uses of `const enum` members, which may have no object at run time, by their ends. */
  readonly constants: ReadonlyMap<number, string | number>;
  /** What a module specifier is to be replaced by: the absolute path where it means a TypeScript file. */
  readonly paths: ReadonlyMap<string, string>;
}

export function factsOf(ts: Compiler, checker: Checker, file: BoundFile, isLocal: (name: string) => boolean): Facts {
  const values = new Set<number>();
  const constants = new Map<number, string | number>();
  const paths = new Map<string, string>();
  const noteSpecifier = (node: ts.Node | undefined): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const found = file.resolvedModules?.get(node.text, undefined)?.resolvedModule?.resolvedFileName;
    if (found !== undefined && isLocal(found)) paths.set(node.text, found);
  };
  const noteName = (name: ts.Identifier): void => {
    if (existsAtRunTime(ts, checker, checker.getSymbolAtLocation(name))) values.add(name.pos);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) noteSpecifier(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) noteSpecifier(node.expression);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      noteSpecifier(node.arguments[0]);
    }
    const names =
      ts.isImportClause(node) ||
      ts.isImportSpecifier(node) ||
      ts.isNamespaceImport(node) ||
      ts.isImportEqualsDeclaration(node);
    if (names && node.name && !ts.isTypeOnlyImportDeclaration(node)) noteName(node.name);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const constant = checker.getConstantValue(node);
      if (constant !== undefined) constants.set(node.end, constant);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { values, constants, paths };
}

function existsAtRunTime(ts: Compiler, checker: Checker, symbol: ts.Symbol | undefined): boolean {
  if (!symbol) return true;
  const { flags } = symbol;
  const target = flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  // a package without types may hold anything
  if (checker.isUnknownSymbol(target)) return true;
  if (target.flags & ts.SymbolFlags.ConstEnum && inDeclarationFile(target)) return false;
  if (!(target.flags & ts.SymbolFlags.Value)) return false;
  const declaration = target.valueDeclaration;
  if (!declaration || !ts.isSourceFile(declaration) || !declaration.isDeclarationFile) return true;
  // a package of types alone has no code to load
  const exported = checker.getExportsOfModule(target);
  return exported.length === 0 || exported.some((each) => existsAtRunTime(ts, checker, each));
}

function inDeclarationFile(symbol: ts.Symbol): boolean {
  return symbol.declarations?.every((declaration) => declaration.getSourceFile().isDeclarationFile) ?? false;
}
