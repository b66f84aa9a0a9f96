import fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeCells } from 'kernel-lib/notebook';
import { checkTypes } from 'kernel-lib/kernel';
import { makeNotebook, raises } from '../notebooks/make-notebook';
import { makeFolder } from './language/notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

it('type-checks cells as the kernel does, without running them', () => {
  const check = (...cells: Parameters<typeof makeNotebook>[0]): string[] =>
    checkTypes(folder, codeCells(makeNotebook(cells))).map(({ cell, line, message }) => `${cell}:${line} ${message}`);
  expect(check('const a = 1;', 'const a = "again";', 'a.toUpperCase();\nawait Promise.resolve();')).toEqual([]);
  expect(check('const a = 1;', '\nconst b: string = a;', 'b;', 'a.foo;')).toEqual([
    "2:2 Type 'number' is not assignable to type 'string'.",
    "4:1 Property 'foo' does not exist on type '1'.",
  ]);
  expect(check('function f(x) { return x; }')).toEqual(["1:1 Parameter 'x' implicitly has an 'any' type."]);
  expect(check(raises('const a: string = 1;'))).toEqual([]);
  fs.writeFileSync(`${folder}/own.ts`, '\nexport const own: string = 1;');
  expect(check("import { own } from './own';")).toEqual([
    `1:undefined ${folder}/own.ts, line 2: Type 'number' is not assignable to type 'string'.`,
  ]);
});
