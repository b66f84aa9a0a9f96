import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, Notebook, write } from './notebook';

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook(makeFolder({ 'package.json': '{}' }));
});
afterAll(() => {
  fs.rmSync(notebook.folder, { recursive: true });
});

describe('where and what', () => {
  it.each<[string, [line: number, column: number, length: number, code: number]]>([
    ['const n: number = "one"', [1, 7, 1, 2322]],
    ['1;\n  nowhere', [2, 3, 7, 2304]],
    ['const a = ;', [1, 11, 1, 1109]],
    ['/* 😀 */ nowhere', [1, 10, 7, 2304]],
    ['let x: string\n  = {\n  a: 1 }', [1, 5, 1, 2322]],
    ['const s = `\n${nowhere}`', [2, 3, 7, 2304]],
  ])('%j', (code, [line, column, length, number]) => {
    const [first] = notebook.problems(code);
    expect(first).toMatchObject({ line, column, length, code: number });
    expect(first?.file).toBeUndefined();
  });

  it('makes one message of a chain', () => {
    const [only, ...others] = notebook.messages(
      'const deep: { a: { b: number } } = { a: { b: "no" } as { b: string } };',
    );
    expect(others).toEqual([]);
    expect(only?.split('\n')).toEqual([
      "Type '{ b: string; }' is not assignable to type '{ b: number; }'.",
      "  Types of property 'b' are incompatible.",
      "    Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it('sorts, and stops at twenty', () => {
    const problems = notebook.problems('nowhere();\n'.repeat(30));
    expect(problems.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(problems.at(-1)?.message).toBe("Cannot find name 'nowhere'.\n… and 10 more");
    expect(problems.at(-2)?.message).toBe("Cannot find name 'nowhere'.");
  });

  it.each<[string, string[]]>([
    ['// @ts-ignore\nconst one: string = 1;', []],
    ['// @ts-expect-error\n// because\nconst two: string = 1;', []],
    ['// @ts-expect-error\nconst three = 1;', ["Unused '@ts-expect-error' directive."]],
    ['// @ts-ignore\nconst four = 1;\nconst five: string = 1;', ["Type 'number' is not assignable to type 'string'."]],
    ['// @ts-nocheck\nconst six: string = 1;', []],
  ])('%j', (code, messages) => {
    expect(notebook.messages(code)).toEqual(messages);
  });

  it('never names the files that cells are to the compiler', () => {
    expect(notebook.messages('class Named { private n = 1 }')).toEqual([]);
    expect(notebook.messages('const named = new Named();\nclass Named { private n = 2 }')).toHaveLength(1);
    expect(notebook.messages('const first = new Named();')).toEqual([]);
    expect(notebook.messages('class Named { private n = 2 }')).toEqual([]);
    const [message] = notebook.messages('const second: Named = first;');
    expect(message).toContain("Type 'Named' is not assignable to type 'Named'.");
    expect(message).not.toContain('__cell__');
  });
});

it('has no import.meta', () => {
  expect(notebook.problems('const url = 1;\nfunction where(): string { return import.meta.url }')).toEqual([
    expect.objectContaining({
      line: 2,
      column: 35,
      length: 11,
      message: "A cell is no file and has no import.meta: process.cwd() is the notebook's folder.",
    }),
  ]);
});

describe('magic', () => {
  it.each([
    ['%%bash\nls', 'Cells of this kernel are TypeScript, got the IPython magic %%bash: remove its line'],
    ['\n%matplotlib inline', 'got the IPython magic %matplotlib'],
    ['/** @browser */\nlet x = 1', 'A @browser cell does not run in this kernel'],
    ['/** @module ../up */', 'name is made of letters'],
  ])('%j is refused in a sentence', (code, sentence) => {
    expect(notebook.messages(code)).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('packages', () => {
  it.each([
    [
      "import pad from 'left-pad'",
      (folder: string) => `Cannot find the package "left-pad": run npm install left-pad in ${folder}`,
    ],
    [
      "import '@scope/name/deep'",
      (folder: string) => `Cannot find the package "@scope/name": run npm install @scope/name in ${folder}`,
    ],
    [
      "await import('left-pad')",
      (folder: string) => `Cannot find the package "left-pad": run npm install left-pad in ${folder}`,
    ],
    ["import 'node:utill'", () => 'Node has no built-in module "node:utill": did you mean "node:util"?'],
    ["import x from 'node:qqqqqqqq'", () => 'Node has no built-in module "node:qqqqqqqq".'],
    [
      "import { readFile } from 'utill'",
      (folder: string) =>
        `Cannot find the package "utill": run npm install utill in ${folder} (or did you mean Node's own "node:util"?)`,
    ],
    [
      "import { x } from './absent'",
      (folder: string) =>
        `Cannot find the file "./absent": there is no absent (nor .ts, .tsx, .js or .json) in ${folder}.`,
    ],
    [
      "import { x } from '../no-such/absent'",
      (folder: string) =>
        `Cannot find the file "../no-such/absent": the folder ${path.join(path.dirname(folder), 'no-such')} does not exist.`,
    ],
  ])('%s', (code, message) => {
    expect(notebook.messages(code)).toEqual([message(notebook.folder)]);
  });

  it('finds a package as soon as it is installed', async () => {
    const code = "import { greet } from 'late';\ngreet('x')";
    expect(notebook.messages(code)).toEqual([
      `Cannot find the package "late": run npm install late in ${notebook.folder}`,
    ]);
    write(notebook.folder, {
      'node_modules/late/package.json': '{ "name": "late", "main": "index.js", "types": "index.d.ts" }',
      'node_modules/late/index.js': 'exports.greet = (name) => `hello ${name}`;',
      'node_modules/late/index.d.ts': 'export declare function greet(name: string): string;',
    });
    expect(await notebook.run(code)).toBe('hello x');
  });

  it("finds what is installed with the kernel from anywhere, the notebook's own first", () => {
    const folder = makeFolder({}, false);
    const elsewhere = new Notebook(folder);
    const make = `import { UMAP } from 'umap-js';\nconst map: UMAP = new UMAP({ nComponents: 2 });`;
    expect(elsewhere.messages(make)).toEqual([]);
    expect(elsewhere.messages(`import { UMAP } from 'umap-js';\nnew UMAP({ nComponents: 'two' });`)).toHaveLength(1);
    expect(elsewhere.messages(`import './umap-js';`)).toHaveLength(1);
    write(folder, { 'node_modules/umap-js/index.d.ts': 'export declare const own: number;' });
    expect(new Notebook(folder).messages(`import { own } from 'umap-js';\nconst one: number = own;`)).toEqual([]);
  });

  it('asks for the types of a package that has none, or for its declaration', async () => {
    write(notebook.folder, {
      'node_modules/bare/package.json': '{ "name": "bare", "main": "index.js" }',
      'node_modules/bare/index.js': 'exports.n = 3;',
    });
    const code = "import { n } from 'bare';\nn + 1";
    expect(notebook.messages(code)).toEqual([
      `The package "bare" comes without types: run npm install -D @types/bare in ${notebook.folder}, or, where there is none, run a cell with  declare module 'bare';  to use it without types.`,
    ]);
    await notebook.run("declare module 'bare';");
    expect(await notebook.run(code)).toBe(4);
    await notebook.run("declare module 'bare' { export const n: string }");
    expect(await notebook.run('const before = 1; before')).toBe(1);
    expect(notebook.messages("import { n } from 'bare';\nn.toFixed()")).toEqual([
      "Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?",
    ]);
    write(notebook.folder, {
      'node_modules/@types/../typed/package.json': '{ "name": "typed", "main": "index.js" }',
      'node_modules/typed/index.js': '',
    });
    expect(notebook.messages("import * as typed from 'typed';")).toHaveLength(1);
    write(notebook.folder, { 'node_modules/typed/index.d.ts': 'export {};' });
    expect(notebook.messages("import * as typed from 'typed';")).toEqual([]);
  });

  it('follows exports, with its subpaths, of ES modules too', async () => {
    write(notebook.folder, {
      'node_modules/mapped/package.json': JSON.stringify({
        name: 'mapped',
        exports: { '.': { types: './a.d.ts', default: './a.js' }, './sub': { types: './b.d.ts', default: './b.js' } },
      }),
      'node_modules/mapped/a.js': 'module.exports = function main() { return 1 };',
      'node_modules/mapped/a.d.ts': 'declare function main(): number;\nexport = main;',
      'node_modules/mapped/b.js': 'exports.b = 2;',
      'node_modules/mapped/b.d.ts': 'export const b: number;',
      'node_modules/modern/package.json':
        '{ "name": "modern", "type": "module", "exports": { "types": "./m.d.ts", "import": "./m.js" } }',
      'node_modules/modern/m.js': 'export const m = 3;',
      'node_modules/modern/m.d.ts': 'export declare const m: number;',
    });
    expect(await notebook.run("import main from 'mapped';\nimport { b } from 'mapped/sub';\nmain() + b")).toBe(3);
    expect(await notebook.run("import whole = require('mapped');\nwhole()")).toBe(1);
    expect(notebook.messages("import { m } from 'modern';\nm.toFixed()")).toEqual([]);
    expect(notebook.messages("import 'mapped/absent'")).toEqual([
      `The package "mapped" is installed but offers no "mapped/absent": see "exports" in ${path.join(notebook.folder, 'node_modules/mapped/package.json')}.`,
    ]);
  });

  it('emits imports of what exists at run time, used or not, and nothing else', () => {
    write(notebook.folder, {
      'node_modules/parts/package.json': '{ "name": "parts", "main": "index.js", "types": "index.d.ts" }',
      'node_modules/parts/index.js': '',
      'node_modules/parts/index.d.ts':
        'export const value: number;\nexport interface Shape {}\nexport declare class Both {}\nexport declare const enum Inlined { A = 4 }\ndeclare const all: { a: 1 };\nexport default all;',
    });
    const first = (code: string): string => notebook.script(code).split('\n').slice(1).join('\n').trim();
    expect(first("import all, { value as v, Shape, Both, Inlined } from 'parts';")).toBe(
      'let { default: all, value: v, Both } = await __kernel.module("parts");',
    );
    expect(first("import { Shape } from 'parts';")).toBe('');
    expect(first("import type { Both } from 'parts';")).toBe('');
    expect(first("import { type Both, value } from 'parts';")).toBe('let { value } = await __kernel.module("parts");');
    expect(first("import * as all from 'parts';")).toBe('let all = await __kernel.module("parts");');
    expect(first("import all, * as every from 'parts';")).toBe(
      'let every = await __kernel.module("parts"), { default: all } = every;',
    );
    expect(first("import 'parts';")).toBe('await __kernel.module("parts");');
    expect(first("import { Inlined } from 'parts';\nInlined.A;")).toBe('4;');
    expect(first("let late = import('parts');\nimport { value } from 'parts';")).toBe(
      'let { value } = await __kernel.module("parts");\nlet late = __kernel.import(\'parts\');',
    );
  });
});
