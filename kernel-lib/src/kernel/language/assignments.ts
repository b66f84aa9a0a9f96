import type ts from 'typescript';
import type { Compiler } from './compiler';

export function assignment(
  ts: Compiler,
  factory: ts.NodeFactory,
  left: ts.Expression,
  right: ts.Expression,
): ts.Expression {
  return factory.createBinaryExpression(left, ts.SyntaxKind.EqualsToken, right);
}

/** What stands left of `=` where `var` declared `name`: `{ a, ...b }` as a pattern of assignment. Adds its names to `names`. */
export function assignmentTarget(
  ts: Compiler,
  factory: ts.NodeFactory,
  name: ts.BindingName,
  names: Set<string>,
): ts.Expression {
  const target = (inner: ts.BindingName): ts.Expression => assignmentTarget(ts, factory, inner, names);
  const withDefault = ({ name: inner, initializer }: ts.BindingElement): ts.Expression =>
    initializer ? assignment(ts, factory, target(inner), initializer) : target(inner);

  if (ts.isIdentifier(name)) {
    names.add(name.text);
    return ts.setTextRange(factory.createIdentifier(name.text), name);
  }
  if (ts.isArrayBindingPattern(name)) {
    const elements = name.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return element;
      return element.dotDotDotToken ? factory.createSpreadElement(target(element.name)) : withDefault(element);
    });
    return ts.setTextRange(factory.createArrayLiteralExpression(elements), name);
  }
  const properties = name.elements.map((element): ts.ObjectLiteralElementLike => {
    if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name));
    if (element.propertyName) return factory.createPropertyAssignment(element.propertyName, withDefault(element));
    const own = element.name as ts.Identifier;
    names.add(own.text);
    return factory.createShorthandPropertyAssignment(own.text, element.initializer);
  });
  return ts.setTextRange(factory.createObjectLiteralExpression(properties), name);
}
