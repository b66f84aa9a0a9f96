import type ts from 'typescript';

/** A call of `__kernel.name`: the main thread's side of what a script cannot do by itself. */
export function kernelCall(factory: ts.NodeFactory, name: string, values: readonly ts.Expression[]): ts.Expression {
  const member = factory.createPropertyAccessExpression(factory.createIdentifier('__kernel'), name);
  return factory.createCallExpression(member, undefined, values);
}
