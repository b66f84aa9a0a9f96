import type ts from 'typescript';
import { assignment, assignmentTarget } from './assignments';
import type { Compiler } from './compiler';

/**
 * Makes every top-level declaration one that a later cell can declare again as any other. V8's REPL mode allows that among `let` and
 * `class` alone, so all others become `let`s, functions and `var`s at the top, where they would have been hoisted to.
 */
export function moveDeclarations(
  ts: Compiler,
  context: ts.TransformationContext,
  file: ts.SourceFile,
  imports: ReadonlySet<ts.Node>,
): ts.SourceFile {
  const { factory } = context;
  const names = new Set<string>();
  const first: ts.Statement[] = [];
  const functions: ts.Statement[] = [];
  const others: ts.Statement[] = [];
  const withoutVars = varRemover(ts, context, names);
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) continue;
    if (imports.has(ts.getOriginalNode(statement))) first.push(plain(ts, factory, statement));
    else if (ts.isExportAssignment(statement)) {
      others.push(ts.setTextRange(factory.createExpressionStatement(statement.expression), statement));
    } else if (ts.isFunctionDeclaration(statement)) functions.push(asVariable(ts, factory, statement));
    else {
      const moved = withoutVars(plain(ts, factory, statement));
      if (moved) others.push(moved);
    }
  }
  const declared = [...names].map((name) => factory.createVariableDeclaration(name));
  const lets = declared.length > 0 ? [letStatement(ts, factory, declared)] : [];
  return factory.updateSourceFile(file, [...first, ...lets, ...functions, ...others]);
}

function letStatement(ts: Compiler, factory: ts.NodeFactory, declarations: ts.VariableDeclaration[]): ts.Statement {
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let),
  );
}

/** Anonymous, so that the function's own name is the variable: recursion then sees what a later cell assigns to it. */
function asVariable(ts: Compiler, factory: ts.NodeFactory, node: ts.FunctionDeclaration): ts.Statement {
  const modifiers = node.modifiers?.filter(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) as
    ts.Modifier[] | undefined;
  const { asteriskToken, parameters, body = factory.createBlock([]) } = node;
  const value = ts.setTextRange(
    factory.createFunctionExpression(modifiers, asteriskToken, undefined, undefined, parameters, undefined, body),
    node,
  );
  if (!node.name) return factory.createExpressionStatement(value);
  const declaration = factory.createVariableDeclaration(node.name.text, undefined, undefined, value);
  return letStatement(ts, factory, [declaration]);
}

/** Drops `export`, and makes a `let` of a `const`, whose name only another `const` could take; the checker keeps it constant. */
function plain(ts: Compiler, factory: ts.NodeFactory, statement: ts.Statement): ts.Statement {
  if (ts.isVariableStatement(statement)) {
    const { declarationList: list, modifiers } = statement;
    const constant = (list.flags & ts.NodeFlags.Const) !== 0;
    if (!constant && !modifiers) return statement;
    const declarations = constant
      ? ts.setTextRange(factory.createVariableDeclarationList(list.declarations, ts.NodeFlags.Let), list)
      : list;
    return ts.setTextRange(factory.createVariableStatement(undefined, declarations), statement);
  }
  if (ts.isClassDeclaration(statement) && statement.modifiers) {
    const kept = statement.modifiers.filter(
      ({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword,
    );
    const { name, heritageClauses, members } = statement;
    const changed = name
      ? factory.createClassDeclaration(kept, name, undefined, heritageClauses, members)
      : factory.createExpressionStatement(
          factory.createClassExpression(kept, undefined, undefined, heritageClauses, members),
        );
    return ts.setTextRange<ts.Statement>(changed, statement);
  }
  return statement;
}

/** Replaces `var` in a statement, wherever it stands outside functions, by assignments; the names are added to `names`. */
function varRemover(
  ts: Compiler,
  context: ts.TransformationContext,
  names: Set<string>,
): (statement: ts.Statement) => ts.Statement | undefined {
  const { factory } = context;
  const isVar = (node: ts.Node | undefined): node is ts.VariableDeclarationList =>
    node !== undefined && ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped);
  const target = (name: ts.BindingName): ts.Expression => assignmentTarget(ts, factory, name, names);
  const values = (list: ts.VariableDeclarationList): ts.Expression | undefined => {
    const all = list.declarations.flatMap(({ name, initializer }) => {
      const left = target(name);
      return initializer ? [ts.setTextRange(assignment(ts, factory, left, initializer), name)] : [];
    });
    return all.length > 1 ? factory.createCommaListExpression(all) : all[0];
  };
  // where a statement must stand, a `var` without a value leaves an empty one
  const body = (statement: ts.Statement): ts.Statement =>
    (ts.visitNode(statement, visit) ?? factory.createEmptyStatement()) as ts.Statement;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
    if (ts.isVariableStatement(node) && isVar(node.declarationList)) {
      const value = values(node.declarationList);
      return value && ts.setTextRange(factory.createExpressionStatement(value), node);
    }
    if (ts.isForStatement(node)) {
      const start = isVar(node.initializer) ? values(node.initializer) : node.initializer;
      return factory.updateForStatement(node, start, node.condition, node.incrementor, body(node.statement));
    }
    if (ts.isForInStatement(node)) {
      return factory.updateForInStatement(node, loopTarget(node.initializer), node.expression, body(node.statement));
    }
    if (ts.isForOfStatement(node)) {
      const { awaitModifier, initializer, expression, statement } = node;
      return factory.updateForOfStatement(node, awaitModifier, loopTarget(initializer), expression, body(statement));
    }
    if (ts.isIfStatement(node)) {
      const otherwise = node.elseStatement && body(node.elseStatement);
      return factory.updateIfStatement(node, node.expression, body(node.thenStatement), otherwise);
    }
    if (ts.isWhileStatement(node)) return factory.updateWhileStatement(node, node.expression, body(node.statement));
    if (ts.isDoStatement(node)) return factory.updateDoStatement(node, body(node.statement), node.expression);
    if (ts.isLabeledStatement(node)) return factory.updateLabeledStatement(node, node.label, body(node.statement));
    return ts.visitEachChild(node, visit, context);
  };
  const loopTarget = (initializer: ts.ForInitializer): ts.ForInitializer => {
    const name = isVar(initializer) ? initializer.declarations[0]?.name : undefined;
    return name ? target(name) : initializer;
  };
  return (statement) => visit(statement) as ts.Statement | undefined;
}
