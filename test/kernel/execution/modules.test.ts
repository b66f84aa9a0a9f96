import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Modules } from 'kernel-lib/kernel/execution/modules';

let folder: string;
let modules: Modules;
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'modules-')));
  modules = new Modules(folder);
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  const whole = path.join(folder, file);
  fs.mkdirSync(path.dirname(whole), { recursive: true });
  fs.writeFileSync(whole, text);
}
const local = (file: string, script: string): Parameters<Modules['update']>[0][number] => ({
  path: path.join(folder, file),
  source: script,
  script,
  map: '',
});

describe('a package', () => {
  it('in CommonJS is seen with its exports by name and as default', async () => {
    write('node_modules/common/index.js', 'exports.a = 1; exports.count = 0; exports.up = () => { exports.count++; };');
    const namespace = await modules.import('common');
    expect(namespace).toMatchObject({ a: 1, default: { a: 1 } });
    (namespace.up as () => void)();
    expect(namespace.count).toBe(1);
    expect(await modules.import('common')).toBe(namespace);
  });

  it('that is a function is its own default', async () => {
    write('node_modules/callable/index.js', 'module.exports = () => 5; module.exports.a = 1;');
    const namespace = await modules.import('callable');
    expect((namespace.default as () => number)()).toBe(5);
    expect(namespace.a).toBe(1);
  });

  it('compiled from an ES module keeps the default that it names', async () => {
    write('node_modules/compiled/index.js', 'exports.__esModule = true; exports.default = "d"; exports.a = 1;');
    expect(await modules.import('compiled')).toMatchObject({ default: 'd', a: 1 });
  });

  it('that only `import` can load is loaded, subpaths too, also when it awaits', async () => {
    const manifest = { name: 'esm', type: 'module', exports: { '.': { import: './index.js' }, './sub': './sub.js' } };
    write('node_modules/esm/package.json', JSON.stringify(manifest));
    write('node_modules/esm/index.js', 'export const a = await Promise.resolve(1); export default "d";');
    write('node_modules/esm/sub.js', 'export const b = await Promise.resolve(2);');
    expect(await modules.import('esm')).toMatchObject({ a: 1, default: 'd' });
    expect(await modules.import('esm/sub')).toMatchObject({ b: 2 });
  });

  it("that only the kernel has is found, in a local file too; the notebook's own comes first", async () => {
    const { UMAP } = (await modules.import('umap-js')) as { UMAP: new (options: object) => object };
    expect(new UMAP({})).toBeInstanceOf(UMAP);
    modules.update([local('maps.ts', 'exports.UMAP = require("umap-js").UMAP;')]);
    expect((await modules.import('./maps')).UMAP).toBe(UMAP);
    write('node_modules/umap-js/index.js', 'exports.own = 1;');
    const nested = new Modules(path.join(folder, 'week-1'));
    expect(await nested.import('umap-js')).toMatchObject({ own: 1 });
    await expect(modules.import('./umap-js')).rejects.toThrow("Cannot find module './umap-js'");
  });

  it("that is missing keeps Node's own error, and so does one that throws", async () => {
    await expect(modules.import('not-there')).rejects.toThrow("Cannot find module 'not-there'");
    write('node_modules/throws/index.js', 'throw new RangeError("at load");');
    await expect(modules.import('throws')).rejects.toThrow(RangeError);
  });

  it('of Node itself and JSON are found as well', async () => {
    write('data.json', '{ "a": [1] }');
    expect((await modules.import('node:path')).sep).toBe(path.sep);
    expect(await modules.import('./data.json')).toMatchObject({ default: { a: [1] } });
  });
});

describe('a local file', () => {
  it('is found with and without its suffix, as a folder, and as the script it will be', async () => {
    modules.update([
      local('lib.ts', 'exports.a = 1;'),
      local('more/index.ts', 'exports.b = require("../lib.js").a + 1;'),
    ]);
    for (const specifier of ['./lib', './lib.ts', './lib.js']) expect((await modules.import(specifier)).a).toBe(1);
    expect((await modules.import('./more')).b).toBe(2);
  });

  it('is run once, and again only when it or what it requires has changed', async () => {
    const runs = '(globalThis.runs ??= []).push';
    const using = `${runs}("uses"); exports.value = require("./base").value * 2;`;
    modules.update([local('base.ts', `${runs}("base"); exports.value = 1;`), local('uses.ts', using), local('other.ts', `${runs}("other");`)]); // prettier-ignore
    const seen = (): string[] => (globalThis as unknown as { runs: string[] }).runs;
    await modules.import('./other');
    expect((await modules.import('./uses')).value).toBe(2);
    expect((await modules.import('./uses')).value).toBe(2);
    expect(seen()).toEqual(['other', 'uses', 'base']);
    modules.update([local('base.ts', `${runs}("base again"); exports.value = 5;`)]);
    await modules.import('./other');
    expect((await modules.import('./uses')).value).toBe(10);
    expect(seen()).toEqual(['other', 'uses', 'base', 'uses', 'base again']);
    delete (globalThis as { runs?: unknown }).runs;
  });

  it('may be one of two that require each other', async () => {
    const a = 'exports.name = "a"; exports.other = () => require("./b").name;';
    modules.update([local('a.ts', a), local('b.ts', 'const a = require("./a"); exports.name = "b of " + a.name;')]);
    expect(((await modules.import('./a')).other as () => string)()).toBe('b of a');
  });

  it('that throws is tried again at the next import', async () => {
    modules.update([
      local('bad.ts', 'globalThis.tries = (globalThis.tries ?? 0) + 1; throw new Error(`try ${tries}`);'),
    ]);
    await expect(modules.import('./bad')).rejects.toThrow('try 1');
    await expect(modules.import('./bad')).rejects.toThrow('try 2');
    delete (globalThis as { tries?: unknown }).tries;
  });
});
