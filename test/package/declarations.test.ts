import { createRequire } from 'node:module';
import path from 'node:path';
import type tsTypes from 'typescript';
import { describe, expect, it } from 'vitest';

// A notebook cell sees kernel-lib through the compiler inside tslab, which is older than the one that emits it.
const ts = createRequire(import.meta.url)('@tslab/typescript-for-tslab') as typeof tsTypes;
const entry = path.resolve(import.meta.dirname, '../../kernel-lib/dist/index.d.ts');

const program = ts.createProgram([entry], {
  target: ts.ScriptTarget.ES2020,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  strict: true,
  noEmit: true,
  types: ['node'],
});
const ours = program.getSourceFiles().filter((file) => file.fileName.includes('/kernel-lib/dist/'));

describe(`kernel-lib's declarations under TypeScript ${ts.version}`, () => {
  it('is the version that tslab embeds', () => {
    expect(ts.version).toBe('5.0.4');
    expect(ours.length).toBeGreaterThan(10);
  });

  it('parse and check without an error', () => {
    const messages = ours
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
      .map((d) => `${path.basename(d.file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`);
    expect(messages).toEqual([]);
  });

  it('export nothing that a cell would see as any', () => {
    const checker = program.getTypeChecker();
    const root = program.getSourceFile(entry);
    const module = root && checker.getSymbolAtLocation(root);
    if (!root || !module) throw new Error(`${entry} has no exports: build kernel-lib first (npm run setup)`);
    const untyped: string[] = [];
    const visit = (symbol: tsTypes.Symbol, name: string): void => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      if (target.flags & ts.SymbolFlags.ValueModule) {
        for (const child of checker.getExportsOfModule(target)) visit(child, `${name}.${child.name}`);
      } else if (target.flags & ts.SymbolFlags.Value) {
        const type = checker.getTypeOfSymbolAtLocation(target, root);
        const results = type.getCallSignatures().map((signature) => signature.getReturnType());
        if ([type, ...results].some((t) => t.flags & ts.TypeFlags.Any)) untyped.push(name);
      }
    };
    for (const symbol of checker.getExportsOfModule(module)) visit(symbol, symbol.name);
    expect(untyped).toEqual([]);
  });
});
