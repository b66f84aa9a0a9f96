import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder, Notebook, write } from './notebook';

let root: string;
let notebook: Notebook;
beforeAll(() => {
  root = makeFolder();
  fs.mkdirSync(path.join(root, 'chapters'));
  notebook = new Notebook(path.join(root, 'chapters'));
});
afterAll(() => {
  fs.rmSync(root, { recursive: true });
});

const last = (): string[] | undefined => notebook.sent.at(-1);

it('imports files beside and above the notebook, and sends each once', async () => {
  write(root, {
    'chapters/near.ts': "import { above } from '../above';\nexport const near = (): number => above + 1;",
    'above.ts': "import { deep } from './lib/deep.js';\nexport const above: number = deep * 10;",
    'lib/deep.ts': 'export const deep = 1;',
  });
  fs.utimesSync(path.join(root, 'lib/deep.ts'), 1e9, 1e9);
  expect(await notebook.run("import { near } from './near';\nnear()")).toBe(11);
  expect(last()).toEqual(['../lib/deep.ts', '../above.ts', 'near.ts']);
  expect(await notebook.run("import { near } from './near.ts';\nnear()")).toBe(11);
  expect(last()).toEqual([]);
  expect(notebook.messages('near("x")')).toEqual(['Expected 0 arguments, but got 1.']);
});

it('picks up an edit, with all that depends on it, even one of the same size', async () => {
  const file = path.join(root, 'lib/deep.ts');
  write(root, { 'lib/deep.ts': 'export const deep = 2;' });
  fs.utimesSync(file, 1e9, 1e9);
  expect(await notebook.run("import { near } from './near';\nnear()")).toBe(21);
  expect(last()).toEqual(['../lib/deep.ts', '../above.ts', 'near.ts']);
  write(root, { 'above.ts': "export const above = 'text';" });
  expect(notebook.problems("import { near } from './near';\nnear()")).toEqual([
    expect.objectContaining({ file: path.join(root, 'chapters/near.ts'), line: 2, code: 2322 }),
  ]);
  // a cell that does not import it is not held up
  expect(await notebook.run('const free = 1; free')).toBe(1);
  write(root, { 'above.ts': 'export const above = 5;' });
  expect(await notebook.run("import { near } from './near';\nnear()")).toBe(6);
  expect(last()).toEqual(['../above.ts', 'near.ts']);
});

it('sees a file that comes, one that goes, and what they lack', async () => {
  expect(notebook.messages("import { fresh } from './fresh'")).toHaveLength(1);
  write(root, { 'chapters/fresh.ts': "import { other } from './other';\nexport const fresh = other;" });
  expect(notebook.problems("import { fresh } from './fresh'")).toEqual([
    expect.objectContaining({ file: path.join(root, 'chapters/fresh.ts'), line: 1, column: 23 }),
  ]);
  write(root, { 'chapters/other.ts': 'export const other = 3;' });
  expect(await notebook.run("import { fresh } from './fresh';\nfresh")).toBe(3);
  fs.rmSync(path.join(root, 'chapters/other.ts'));
  expect(notebook.messages("import { fresh } from './fresh'")).toEqual([
    `Cannot find the file "./other": there is no other (nor .ts, .tsx, .js or .json) in ${path.join(root, 'chapters')}.`,
  ]);
});

it('loads .tsx, .json and .js', async () => {
  write(root, {
    'chapters/view.tsx':
      'const React = { createElement: (tag: string): string => `<${tag}>` };\ndeclare global { namespace JSX { interface IntrinsicElements { b: object } } }\nexport const view: unknown = <b />;',
    'chapters/data.json': '{ "rows": [1, 2] }',
    'chapters/plain.js': 'exports.plain = 7;',
  });
  expect(await notebook.run("import { view } from './view';\nview")).toBe('<b>');
  expect(last()).toEqual(['view.tsx']);
  expect(await notebook.run("import data from './data.json';\ndata.rows.length")).toBe(2);
  expect(await notebook.run("import { plain } from './plain.js';\nplain")).toBe(7);
  expect(last()).toEqual([]);
});

it('keeps type-only exports, import() and source maps right', async () => {
  write(root, {
    'chapters/types.ts': 'export interface Only { n: number }\nexport const enum Level { High = 3 }',
    'chapters/user.ts':
      "import { Only, Level } from './types';\nexport type { Only };\nexport const only: Only = { n: Level.High };\nexport const late = async (): Promise<number> => (await import('./types')).Level.High;\nexport const os = async (): Promise<string> => (await import('node:path')).sep;",
  });
  expect(
    await notebook.run(
      "import { only, late, type Only } from './user';\nconst mine: Only = only;\nmine.n + (await late())",
    ),
  ).toBe(6);
  const conversion = notebook.convert('/** @module noted */\n\nexport const noted = 1;');
  if (!conversion.ok) throw new Error('expected the module to be right');
  const [file] = conversion.files;
  expect(file).toMatchObject({
    path: path.join(root, 'chapters/noted.ts'),
    source: expect.stringContaining('noted') as unknown,
  });
  expect(JSON.parse(file?.map ?? '')).toMatchObject({ version: 3, mappings: expect.stringMatching(/;/) as unknown });
  // Node's own import, or an ES module could not be loaded
  write(root, { 'chapters/esm.ts': "export const load = () => import('some-package');" });
  const esm = notebook.convert("// @ts-ignore\nimport { load } from './esm';");
  expect(esm.ok).toBe(false);
  write(root, { 'chapters/esm.ts': "export const load = () => import('node:fs');" });
  const right = notebook.convert("import { load } from './esm';");
  expect(right.ok && right.files[0]?.script).toContain("import('node:fs')");
});

it('says what a CommonJS file cannot do', () => {
  write(root, {
    'chapters/awaits.ts': 'export const a = await Promise.resolve(1);\nexport const inner = async () => { await a };',
  });
  expect(notebook.problems("import { a } from './awaits'")).toEqual([
    expect.objectContaining({
      line: 1,
      column: 18,
      message:
        'A file that a cell imports cannot await at its top level: export an async function from awaits.ts and await its call in the cell.',
    }),
  ]);
  write(root, { 'chapters/awaits.ts': 'export const a = import.meta.url;' });
  expect(notebook.messages("import { a } from './awaits'")).toEqual([
    expect.stringContaining('which has no import.meta: use __filename'),
  ]);
});

it('makes a module of a cell, and makes it again', async () => {
  await notebook.run('/** @module mine */\nexport const mine = 1;');
  expect(await notebook.run("import { mine } from './mine';\nmine")).toBe(1);
  await notebook.run('/** @module mine */\nexport const mine = 2;');
  expect(await notebook.run("import { mine } from './mine';\nmine")).toBe(2);
  expect(notebook.problems('/** @module mine */\nexport const mine: string = 3;')).toEqual([
    expect.objectContaining({ line: 2, column: 14, message: "Type 'number' is not assignable to type 'string'." }),
  ]);
  expect(notebook.problems('/** @module mine */\nexport const mine: string = 3;')[0]?.file).toBeUndefined();
  expect(await notebook.run("import { mine } from './mine';\nmine")).toBe(2);
});

it('a rebuilt package of the same workspace has its new types', () => {
  write(root, {
    'packages/own/package.json': '{ "name": "own", "main": "index.js", "types": "index.d.ts" }',
    'packages/own/index.js': 'exports.own = 1;',
    'packages/own/index.d.ts': 'export declare const own: number;',
  });
  fs.symlinkSync(path.join(root, 'packages/own'), path.join(root, 'node_modules/own'));
  expect(notebook.messages("import { own } from 'own';\nown.toFixed()")).toEqual([]);
  write(root, { 'packages/own/index.d.ts': 'export declare const own: string;' });
  expect(notebook.messages("import { own } from 'own';\nown.length")).toEqual([]);
});
