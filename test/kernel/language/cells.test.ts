import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, Notebook } from './notebook';

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook(makeFolder());
});
afterAll(() => {
  fs.rmSync(notebook.folder, { recursive: true });
});

describe('what a cell shows', () => {
  it.each<[string, unknown]>([
    ['1 + 1', 2],
    ['1 + 1;', undefined],
    ['1 + 1; // two', undefined],
    ['1 + 1 // two;', 2],
    ['1 + 1 /* two; */', 2],
    ['1 + 1\n;', undefined],
    ['1 + 1;;', undefined],
    ['const shown = 1', undefined],
    ['let counted = 1;\ncounted += 2', 3],
    ["'use strict'", 'use strict'],
    ['await 1, 2', 2],
    ['await (1)', 1],
    ['await Promise.resolve(5)', 5],
    ['await [1][0]', 1],
    ['({ a: 1 }).a', 1],
    ['if (true) 3', undefined],
    ['export default 4', 4],
    ['interface Shape { side: number }', undefined],
    ['const side = 3 as const;\nside satisfies number', 3],
    ['this === globalThis', true],
    ['(function () { return this })() === undefined', true],
    ['', undefined],
    ['// nothing', undefined],
    ["(await import('node:path')).basename('/a/b')", 'b'],
    [
      "const names: string[] = []; for await (const name of (async function* () { yield 'a'; yield 'b' })()) names.push(name); names.join()",
      'a,b',
    ],
  ])('%j shows %j', async (code, shown) => {
    const loose = code
      .replace('(function ()', '(function (this: unknown)')
      .replace('this === globalThis', '(this as unknown) === globalThis');
    expect(await notebook.run(loose)).toBe(shown);
  });
});

describe('declarations', () => {
  it.each<[string, string, unknown]>([
    ['a function is hoisted', 'const early = twice(2);\nfunction twice(n: number): number { return 2 * n }\nearly', 4],
    ['a function has its name', 'function named(): void {}\nnamed.name', 'named'],
    [
      'an async function',
      'async function later(): Promise<number> { return await Promise.resolve(1) }\nawait later()',
      1,
    ],
    ['a generator', 'function* steps(): Generator<number> { yield 1; yield 2 }\n[...steps()].length', 2],
    [
      'overloads',
      'function over(a: string): 1;\nfunction over(a: number): 2;\nfunction over(a: unknown): unknown { return typeof a }\nover(1)',
      'number',
    ],
    ['var without a value', 'var bare: number | undefined;\nbare', undefined],
    ['var in a loop', 'for (var at = 0, step = 2; at < 5; at += step) { var seen = at }\n`${at} ${seen!}`', '6 4'],
    ['var in for of', 'for (var [key, value = 1] of [[1, 2], [3]]) {}\nkey! * 10 + value!', 31],
    ['var in for in', 'for (var property in { x: 1 }) ;\nproperty!', 'x'],
    [
      'var patterns',
      'var { p, q: { r = 7, ...others }, ...rest } = { p: 1, q: { r: undefined as number | undefined, s: 2 }, t: 3 };\nJSON.stringify([p, r, others, rest])',
      '[1,7,{"s":2},{"t":3}]',
    ],
    [
      'var in if, while, try, switch',
      'if (true) var inIf = 1; else var inElse: number | undefined = 2;\nwhile (true) { var inLoop = 3; break }\ntry { throw 4 } catch { var caught = 4 }\nswitch (1) { case 1: var inCase = 5 }\nlabel: { var labelled = 6 }\n[inIf, inElse!, inLoop, caught, inCase, labelled].join()',
      '1,,3,4,5,6',
    ],
    ['var of a function stays inside', 'function inner(): number { var hidden = 1; return hidden }\ninner()', 1],
    ['enum', 'enum Color { Red, Green }\nColor[Color.Green]', 'Green'],
    ['enums merge', 'enum Merged { A = 1 }\nenum Merged { B = 2 }\nMerged.A + Merged.B', 3],
    ['const enum', 'const enum Small { A = 7 }\nSmall.A', 7],
    [
      'namespaces merge',
      'namespace Space { export const a = 1 }\nnamespace Space { export const b = a + 1 }\nSpace.b',
      2,
    ],
    [
      'function and namespace',
      'function helped(): number { return helped.base }\nnamespace helped { export const base = 4 }\nhelped()',
      4,
    ],
    [
      'class and namespace',
      'class Owner { inner = new Owner.Inner() }\nnamespace Owner { export class Inner { n = 5 } }\nnew Owner().inner.n',
      5,
    ],
    [
      'export is dropped',
      'export const exported = 1;\nexport function exportedToo(): number { return 2 }\nexport class Exported {}\nexport { exported as other };\nexported + exportedToo()',
      3,
    ],
    [
      'private names',
      'class Secret { #n = 1; static read(s: Secret): number { return s.#n } }\nSecret.read(new Secret())',
      1,
    ],
    [
      'alias of a namespace',
      'namespace Outer { export namespace Inner { export const v = 9; export type T = number } }\nimport Deep = Outer.Inner;\nimport OnlyType = Outer.Inner.T;\nconst deep: OnlyType = Deep.v;\ndeep',
      9,
    ],
    [
      'decorators',
      'const log: string[] = [];\nfunction note(value: Function, context: ClassDecoratorContext): void { log.push(String(context.name)) }\n@note class Noted {}\nlog.join()',
      'Noted',
    ],
    ['generic arrow functions', 'const same = <T>(x: T) => x;\nsame(3)', 3],
    ['casts with angle brackets', '<number>(3 as unknown)', 3],
  ])('%s', async (_, code, shown) => {
    expect(await notebook.run(code)).toBe(shown);
  });

  it('closures and recursion see what a later cell assigns', async () => {
    await notebook.run('let rate = .1; function getRate(): number { return rate }');
    expect(await notebook.run('rate = .5; getRate()')).toBe(0.5);
    await notebook.run('function down(n: number): number { return n === 0 ? 0 : down(n - 1) }\nconst kept = down;');
    expect(await notebook.run('function down(): number { return 42 }\nkept(3)')).toBe(42);
  });

  it('keeps const constant, whatever a comment says', async () => {
    await notebook.run("const fixed = 1;\nimport { sep } from 'node:path';");
    expect(notebook.messages('fixed = 2')).toEqual(["Cannot assign to 'fixed' because it is a constant."]);
    expect(notebook.messages('// @ts-ignore\nfixed = 2')).toEqual([
      "Cannot assign to 'fixed' because it is a constant.",
    ]);
    expect(notebook.messages("// @ts-ignore\nsep = '!'")).toEqual(["Cannot assign to 'sep' because it is an import."]);
  });

  const kinds: readonly [kind: string, code: string, use: string, shown: unknown][] = [
    ['let', 'let Again = 1', 'Again', 1],
    ['const', 'const Again = 2', 'Again', 2],
    ['var', 'var Again = 3', 'Again', 3],
    ['function', 'function Again(): number { return 4 }', 'Again()', 4],
    ['class', 'class Again { n = 5 }', 'new Again().n', 5],
    ['enum', 'enum Again { A = 6 }', 'Again.A as number', 6],
    ['namespace', 'namespace Again { export const n = 7 }', 'Again.n', 7],
    ['import', "import Again from 'node:path'", "Again.basename('8')", '8'],
    ['namespace import', "import * as Again from 'node:path'", "Again.basename('9')", '9'],
    ['type', 'type Again = 10', '10 satisfies Again', 10],
    ['interface', 'interface Again { n: 11 }', '({ n: 11 } satisfies Again).n', 11],
  ];
  const pairs = kinds.flatMap((first) => kinds.map((second) => [first[0], second[0], first, second] as const));
  it.each(pairs)('%s can be declared again as %s', async (_, __, first, second) => {
    await notebook.run(first[1]);
    expect(await notebook.run(first[2])).toBe(first[3]);
    await notebook.run(second[1]);
    expect(await notebook.run(second[2])).toBe(second[3]);
    expect(await notebook.run(second[2])).toBe(second[3]);
  });
});
