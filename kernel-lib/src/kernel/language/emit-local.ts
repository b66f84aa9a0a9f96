import path from 'node:path';
import type ts from 'typescript';
import type { BoundFile, Compiler } from './compiler';
import { transpile, type Emitted } from './emit';
import type { Project } from './project';

/** A local file as CommonJS; imports of other local files name them by their absolute paths. */
export function emitLocal(ts: Compiler, project: Project, file: BoundFile): Emitted {
  const pathOf = (specifier: string): string | undefined => {
    const found = file.resolvedModules?.get(specifier, undefined)?.resolvedModule?.resolvedFileName;
    return found !== undefined && project.isLocal(found) ? found : undefined;
  };
  const name = path.basename(file.fileName).replace(/\.[cm]ts$/, '.ts');
  return transpile(ts, file.text, name, project.options, ts.ModuleKind.CommonJS, {
    before: [(context) => (node) => withPaths(ts, context, node, pathOf)],
  });
}

function withPaths(
  ts: Compiler,
  context: ts.TransformationContext,
  file: ts.SourceFile,
  pathOf: (specifier: string) => string | undefined,
): ts.SourceFile {
  const { factory } = context;
  const replaced = <T extends ts.Expression>(specifier: T): T | ts.StringLiteral => {
    const target = ts.isStringLiteralLike(specifier) ? pathOf(specifier.text) : undefined;
    return target === undefined ? specifier : ts.setTextRange(factory.createStringLiteral(target), specifier);
  };
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isImportDeclaration(node)) {
      const specifier = replaced(node.moduleSpecifier);
      return factory.updateImportDeclaration(node, node.modifiers, node.importClause, specifier, node.attributes);
    }
    if (ts.isExportDeclaration(node)) {
      const specifier = node.moduleSpecifier && replaced(node.moduleSpecifier);
      const { modifiers, isTypeOnly, exportClause, attributes } = node;
      return factory.updateExportDeclaration(node, modifiers, isTypeOnly, exportClause, specifier, attributes);
    }
    if (ts.isExternalModuleReference(node))
      return factory.updateExternalModuleReference(node, replaced(node.expression));
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isCallExpression(visited) || visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
    const [specifier, ...rest] = visited.arguments;
    if (!specifier) return visited;
    const target = replaced(specifier);
    // Node's own import for what is Node's to load: as an identifier the compiler does not turn it into a require
    const called = target === specifier ? factory.createIdentifier('import') : visited.expression;
    return factory.updateCallExpression(visited, called, undefined, [target, ...rest]);
  };
  return ts.visitNode(file, visit) as ts.SourceFile;
}
