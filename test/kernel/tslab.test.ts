import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeCells } from 'kernel-lib/notebook';
import { createTypeChecker, loadTslab } from 'kernel-lib/kernel';
import { makeNotebook, raises } from '../notebooks/make-notebook';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tslab-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it('refuses another version of tslab, and none, in a sentence', () => {
  const from = path.join(folder, 'main.js');
  expect(() => loadTslab(from)).toThrow('needs tslab 1.0.22, which is not installed: run npm run setup.');
  fs.mkdirSync(path.join(folder, 'node_modules/tslab'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'node_modules/tslab/package.json'), '{ "version": "1.0.21" }');
  expect(() => loadTslab(from)).toThrow('needs tslab 1.0.22, got 1.0.21: run npm run setup.');
});

it('type-checks cells as the kernel does, without running them', { timeout: 120_000 }, () => {
  const checker = createTypeChecker(loadTslab());
  const check = (...cells: Parameters<typeof makeNotebook>[0]): string[] =>
    checker.check(codeCells(makeNotebook(cells))).map(({ cell, line, message }) => `${cell}:${line} ${message}`);
  try {
    expect(check('const a = 1;', 'const a = "again";', 'a.toUpperCase();\nawait Promise.resolve();')).toEqual([]);
    expect(check('const a = 1;', '\nconst b: string = a;', 'b;', 'a.foo;')).toEqual([
      "2:2 Type 'number' is not assignable to type 'string'.",
      "4:1 Property 'foo' does not exist on type '1'.",
    ]);
    expect(check('function f(x) { return x; }')).toEqual(["1:1 Parameter 'x' implicitly has an 'any' type."]);
    expect(check(raises('const a: string = 1;'))).toEqual([]);
  } finally {
    checker.close();
  }
});
