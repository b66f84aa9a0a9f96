import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder, Notebook, write } from './notebook';

const probes: Readonly<Record<string, string>> = {
  noImplicitAny: 'function loose(x) { return x }',
  strictNullChecks: 'const text: string = null;',
  noUncheckedIndexedAccess: 'const list = [1];\nlist[0].toFixed();',
  exactOptionalPropertyTypes: 'const exact: { a?: number } = { a: undefined };',
  noImplicitOverride: 'class A { a(): void {} }\nclass B extends A { a(): void {} }',
  noImplicitReturns: 'function some(x: boolean): number | undefined { if (x) return 1; }',
  noFallthroughCasesInSwitch: 'switch (Number("1")) { case 1: console.log(); case 2: }',
  noPropertyAccessFromIndexSignature: 'const map: Record<string, number> = {};\nmap.key;',
  useUnknownInCatchVariables: 'try { 1 } catch (e) { e.message }',
  allowUnreachableCode: 'function over(): number { return 1; 2 }',
  noUnusedLocals: 'function unused(): void { const never = 1 }',
  strictPropertyInitialization: 'class Empty { a: number }',
};

function failing(notebook: Notebook): string[] {
  return Object.keys(probes).filter((name) => notebook.messages(probes[name] ?? '').length > 0);
}

const STRICT = ['noImplicitAny', 'strictNullChecks', 'useUnknownInCatchVariables', 'strictPropertyInitialization'];

it.each<[string, Readonly<Record<string, unknown>> | undefined, string[]]>([
  ['none at all', undefined, STRICT],
  ['strict', { strict: true }, STRICT],
  ['nothing', {}, []],
  [
    'all but null checks',
    { strict: true, strictNullChecks: false },
    STRICT.filter((name) => !/Null|Initial/.test(name)),
  ],
  [
    'everything',
    {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noFallthroughCasesInSwitch: true,
      noPropertyAccessFromIndexSignature: true,
      allowUnreachableCode: false,
      noUnusedLocals: true,
      noUnusedParameters: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      module: 'node20',
      lib: ['es2023', 'es2099'],
    },
    Object.keys(probes).filter((name) => name !== 'noUnusedLocals'),
  ],
])('a tsconfig that asks for %s', (_, compilerOptions, expected) => {
  const root = makeFolder();
  const folder = path.join(root, 'notebooks');
  fs.mkdirSync(folder);
  fs.rmSync(path.join(root, 'tsconfig.json'));
  // options are found above the notebook's folder, and through `extends`
  if (compilerOptions) {
    write(root, {
      'tsconfig.json': '{ "extends": "./config/base.json", // with a comment\n }',
      'config/base.json': JSON.stringify({ compilerOptions: { types: ['node'], ...compilerOptions } }),
    });
  }
  const notebook = new Notebook(folder);
  expect(failing(notebook)).toEqual(Object.keys(probes).filter((name) => expected.includes(name)));
  expect(notebook.messages('[3, 1].findLast((n) => n > 1);\nprocess.cwd();')).toEqual([]);
  fs.rmSync(root, { recursive: true });
});

it('a tsconfig that cannot be read is no licence', () => {
  const root = makeFolder({ 'tsconfig.json': '{ "compilerOptions": { "strict": ' });
  expect(failing(new Notebook(root))).toEqual(Object.keys(probes).filter((name) => STRICT.includes(name)));
  fs.rmSync(root, { recursive: true });
});

it("has Node's types where the notebook's folder has none", () => {
  const root = makeFolder({}, false);
  expect(
    new Notebook(root).messages("import fs from 'node:fs';\nconsole.log(fs.existsSync('/'), process.pid)"),
  ).toEqual([]);
  fs.rmSync(root, { recursive: true });
});
