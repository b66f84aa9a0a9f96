import type ts from 'typescript';

/** `__kernel.name`: the main thread's side of what a script cannot do by itself. */
export function kernelMember(factory: ts.NodeFactory, name: string): ts.Expression {
  return factory.createPropertyAccessExpression(factory.createIdentifier('__kernel'), name);
}

export function kernelCall(factory: ts.NodeFactory, name: string, values: readonly ts.Expression[]): ts.Expression {
  return factory.createCallExpression(kernelMember(factory, name), undefined, values);
}
