import type ts from 'typescript';
import type { Compiler } from './compiler';
import type { Facts } from './facts';
import { kernelCall } from './kernel-calls';

/**
 * What stands in a script for an import: names that exist at run time are destructured from the module, whether or not this cell
 * uses them, because a later one may. Undefined for any other statement.
 */
export function importStatements(
  ts: Compiler,
  factory: ts.NodeFactory,
  statement: ts.Statement,
  facts: Facts,
): readonly ts.Statement[] | undefined {
  const from = (specifier: ts.Node): ts.Expression => {
    const text = ts.isStringLiteralLike(specifier) ? specifier.text : '';
    const path = factory.createStringLiteral(facts.paths.get(text) ?? text);
    return factory.createAwaitExpression(kernelCall(factory, 'module', [ts.setTextRange(path, specifier)]));
  };
  const constant = (name: ts.BindingName, value: ts.Expression): ts.VariableDeclaration =>
    factory.createVariableDeclaration(name, undefined, undefined, value);
  const declare = (...declarations: ts.VariableDeclaration[]): ts.Statement =>
    ts.setTextRange(
      factory.createVariableStatement(
        undefined,
        factory.createVariableDeclarationList(declarations, ts.NodeFlags.Const),
      ),
      statement,
    );
  const load = (specifier: ts.Node): ts.Statement =>
    ts.setTextRange(factory.createExpressionStatement(from(specifier)), statement);

  if (ts.isImportDeclaration(statement)) {
    const { importClause, moduleSpecifier } = statement;
    if (!importClause) return [load(moduleSpecifier)];
    const { name, namedBindings } = importClause;
    const members: ts.BindingElement[] = [];
    if (name && facts.values.has(name.pos)) members.push(factory.createBindingElement(undefined, 'default', name.text));
    if (namedBindings && ts.isNamedImports(namedBindings)) {
      for (const { name: own, propertyName } of namedBindings.elements) {
        if (facts.values.has(own.pos))
          members.push(factory.createBindingElement(undefined, propertyName?.text, own.text));
      }
    }
    const pattern = factory.createObjectBindingPattern(members);
    if (namedBindings && ts.isNamespaceImport(namedBindings) && facts.values.has(namedBindings.name.pos)) {
      const namespace = namedBindings.name.text;
      const whole = constant(factory.createIdentifier(namespace), from(moduleSpecifier));
      return [
        members.length > 0 ? declare(whole, constant(pattern, factory.createIdentifier(namespace))) : declare(whole),
      ];
    }
    return members.length > 0 ? [declare(constant(pattern, from(moduleSpecifier)))] : [];
  }
  if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
    if (!facts.values.has(statement.name.pos)) return [];
    const name = factory.createIdentifier(statement.name.text);
    return [declare(constant(name, wholeModule(factory, from(statement.moduleReference.expression))))];
  }
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && !statement.isTypeOnly) {
    return [load(statement.moduleSpecifier)];
  }
  return undefined;
}

/** What `require` would give: the exports themselves, which an import sees as the default of a CommonJS module. */
function wholeModule(factory: ts.NodeFactory, namespace: ts.Expression): ts.Expression {
  const own = factory.createIdentifier('m');
  const tag = factory.createElementAccessExpression(
    own,
    factory.createPropertyAccessExpression(factory.createIdentifier('Symbol'), 'toStringTag'),
  );
  const isModule = factory.createLogicalOr(
    factory.createPropertyAccessExpression(own, '__esModule'),
    factory.createStrictEquality(tag, factory.createStringLiteral('Module')),
  );
  const choice = factory.createConditionalExpression(
    isModule,
    undefined,
    own,
    undefined,
    factory.createPropertyAccessExpression(own, 'default'),
  );
  const parameter = factory.createParameterDeclaration(undefined, undefined, 'm');
  const choose = factory.createArrowFunction(undefined, undefined, [parameter], undefined, undefined, choice);
  return factory.createCallExpression(factory.createParenthesizedExpression(choose), undefined, [namespace]);
}
