import type ts from 'typescript';
import type { Compiler } from './compiler';
import { moveDeclarations } from './declarations';
import type { Facts } from './facts';
import { importStatements } from './imports';
import { kernelCall } from './kernel-calls';
import { pick } from './options';

export interface Emitted {
  readonly script: string;
  readonly map: string;
}

/** Turns a checked cell into a script for V8's REPL mode; see `Conversion` for its shape. */
export function emitCell(ts: Compiler, text: string, options: ts.CompilerOptions, facts: Facts): Emitted {
  const imports = new Set<ts.Node>();
  const { script, map } = transpile(ts, text, 'cell.ts', options, ts.ModuleKind.ESNext, {
    before: [(context) => (file) => lowerModuleSyntax(ts, context, file, facts, imports)],
    after: [(context) => (file) => moveDeclarations(ts, context, file, imports)],
  });
  return { script: `'use strict';\n${script}`, map: shiftedByALine(map) };
}

export function transpile(
  ts: Compiler,
  text: string,
  fileName: string,
  options: ts.CompilerOptions,
  module: ts.ModuleKind,
  transformers: ts.CustomTransformers,
): Emitted {
  const { outputText, sourceMapText = '' } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module,
      moduleDetection: ts.ModuleDetectionKind.Force,
      sourceMap: true,
      esModuleInterop: true,
      removeComments: true,
      newLine: ts.NewLineKind.LineFeed,
      ...pick(options, [
        'jsx',
        'jsxFactory',
        'jsxFragmentFactory',
        'jsxImportSource',
        'experimentalDecorators',
        'emitDecoratorMetadata',
        'useDefineForClassFields',
      ]),
    },
    transformers,
  });
  return { script: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ''), map: sourceMapText };
}

function shiftedByALine(map: string): string {
  const parsed = JSON.parse(map) as { mappings: string };
  return JSON.stringify({ ...parsed, mappings: `;${parsed.mappings}` });
}

/** Imports become calls of the kernel, and the last expression is handed to it. */
function lowerModuleSyntax(
  ts: Compiler,
  context: ts.TransformationContext,
  file: ts.SourceFile,
  facts: Facts,
  imports: Set<ts.Node>,
): ts.SourceFile {
  const { factory } = context;
  const last = file.statements.at(-1);
  const visit = (node: ts.Node): ts.Node => {
    const constant = facts.constants.get(node.end);
    if (constant !== undefined && (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))) {
      return ts.setTextRange(literal(ts, factory, constant), node);
    }
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return ts.setTextRange(kernelCall(factory, 'import', withPath(ts, factory, visited.arguments, facts)), node);
    }
    return visited;
  };
  const others: ts.Statement[] = [];
  for (const statement of file.statements) {
    const instead = importStatements(ts, factory, statement, facts);
    if (instead) for (const each of instead) imports.add(each);
    else if (ts.isExportDeclaration(statement)) continue;
    else {
      const visited = ts.visitNode(statement, visit) as ts.Statement;
      others.push(statement === last ? withResult(ts, factory, file, statement, visited) : visited);
    }
  }
  return factory.updateSourceFile(
    file,
    ts.setTextRange(factory.createNodeArray([...(imports as Set<ts.Statement>), ...others]), file.statements),
  );
}

function withPath(
  ts: Compiler,
  factory: ts.NodeFactory,
  [first, ...rest]: readonly ts.Expression[],
  { paths }: Facts,
): ts.Expression[] {
  if (!first) return [];
  const path = ts.isStringLiteralLike(first) ? paths.get(first.text) : undefined;
  return [path === undefined ? first : ts.setTextRange(factory.createStringLiteral(path), first), ...rest];
}

function literal(ts: Compiler, factory: ts.NodeFactory, value: string | number): ts.Expression {
  if (typeof value === 'string') return factory.createStringLiteral(value);
  if (value >= 0) return factory.createNumericLiteral(value);
  const negative = factory.createPrefixUnaryExpression(
    ts.SyntaxKind.MinusToken,
    factory.createNumericLiteral(Math.abs(value)),
  );
  return factory.createParenthesizedExpression(negative);
}

/** The value of a cell's last expression is shown, unless the person ended it with a semicolon. */
function withResult(
  ts: Compiler,
  factory: ts.NodeFactory,
  file: ts.SourceFile,
  original: ts.Statement,
  visited: ts.Statement,
): ts.Statement {
  if (file.text.slice(original.pos, original.end).endsWith(';')) return visited;
  const shown = ts.isExpressionStatement(visited) || (ts.isExportAssignment(visited) && !visited.isExportEquals);
  if (!shown) return visited;
  const call = ts.setTextRange(kernelCall(factory, 'result', [visited.expression]), visited.expression);
  return ts.setTextRange(factory.createExpressionStatement(call), original);
}
