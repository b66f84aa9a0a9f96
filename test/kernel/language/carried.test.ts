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

describe('what one cell declares, a cell three further on can use', () => {
  it.each<[kind: string, declaration: string, use: string, shown: unknown]>([
    [
      'namespace',
      'namespace Deep { export namespace Er { export const v = 1; export interface T { n: number } } }',
      'const deep: Deep.Er.T = { n: Deep.Er.v };\ndeep.n',
      1,
    ],
    ['type of a namespace alone', 'namespace Only { export type T = 1 }', 'const only: Only.T = 1;\nonly', 1],
    [
      'overloads',
      'function either(a: string): string;\nfunction either(a: number): number;\nfunction either(a: string | number): string | number { return a }',
      'either(2).toFixed(1)',
      '2.0',
    ],
    [
      'abstract class',
      'abstract class Base { abstract n: number; get twice(): number { return 2 * this.n } }',
      'class Derived extends Base { override n = 3 }\nnew Derived().twice',
      6,
    ],
    [
      'protected and private members',
      'class Closed { private a = 1; protected b = 2; #c = 3; sum(): number { return this.a + this.b + this.#c } }',
      'class Opened extends Closed { more = this.b }\nnew Opened().more + new Closed().sum()',
      8,
    ],
    [
      'merging interfaces',
      'interface Both { a: 1 }\ninterface Both { b: 2 }',
      'const both: Both = { a: 1, b: 2 };\nboth.a + both.b',
      3,
    ],
    ['a type never named', 'const made = (() => { class Inner { #p = 1; n = 4 } return new Inner() })()', 'made.n', 4],
    [
      'a class expression with private members',
      'const Expression = class { private hidden = 1; shown = 5; get both(): number { return this.hidden + this.shown } }',
      'new Expression().both',
      6,
    ],
    [
      'a mixin',
      'type Constructor = new (...values: any[]) => object;\nfunction Mixed<B extends Constructor>(B: B) { return class extends B { private mixed = 1; extra(): number { return this.mixed } } }\nconst Made = Mixed(Object)',
      'new Made().extra()',
      1,
    ],
    [
      'unique symbol',
      'const key: unique symbol = Symbol("key");\ninterface Keyed { [key]: number }',
      'const keyed: Keyed = { [key]: 7 };\nkeyed[key]',
      7,
    ],
    ['enum', 'enum Level { Low = 1, High = Low + 1 }', 'const level: Level.High = Level.High;\nlevel as number', 2],
    ['const enum', 'const enum Fixed { A = "a" }', 'Fixed.A.length', 1],
    [
      'generic class',
      'class Box<T> { constructor(readonly value: T) {} map<U>(f: (value: T) => U): Box<U> { return new Box(f(this.value)) } }',
      'new Box(2).map(String).value.length',
      1,
    ],
    [
      'recursive inference',
      'function depth(n: number): number { return n ? 1 + depth(n - 1) : 0 }\nconst tree = { value: 1, get self() { return 2 } }',
      'depth(tree.self)',
      2,
    ],
    [
      'destructuring',
      'const { first: [head = 0, ...tail], ...others } = { first: [1, 2, 3], other: "x" }',
      'head + tail.length + others.other.length',
      4,
    ],
    [
      'tuple and literal types',
      'const pair = [1, "two"] as const;\nlet literal = "a" as "a" | "b"',
      'pair[1].length + literal.length',
      4,
    ],
    [
      'import',
      "import { basename as base, type ParsedPath } from 'node:path'",
      'const parsed = (p: ParsedPath): string => base(p.base);\nparsed({ root: "", dir: "", base: "b", ext: "", name: "" })',
      'b',
    ],
    [
      'type-only import',
      "import type { Stats } from 'node:fs'",
      'const size = (s: Pick<Stats, "size">): number => s.size;\nsize({ size: 1 })',
      1,
    ],
    [
      'assertion function',
      'function assertString(x: unknown): asserts x is string { if (typeof x !== "string") throw new Error("no") }',
      'const u: unknown = "abc";\nassertString(u);\nu.length',
      3,
    ],
    [
      'type guard',
      'const isText = (x: unknown): x is string => typeof x === "string"',
      'const v: unknown = "ab";\nisText(v) ? v.length : 0',
      2,
    ],
    [
      'conditional and mapped types',
      'type Flags<T> = { [K in keyof T as `is_${K & string}`]: T[K] extends number ? true : false }',
      'const flags: Flags<{ a: 1; b: "" }> = { is_a: true, is_b: false };\nflags.is_a',
      true,
    ],
    [
      'async generator',
      'async function* count(): AsyncGenerator<number> { yield 1; yield 2 }',
      'let total = 0;\nfor await (const n of count()) total += n;\ntotal',
      3,
    ],
    [
      'a value and a type of the same name',
      'const Pair = (a: number): Pair => [a, a];\ntype Pair = [number, number]',
      'const made2: Pair = Pair(2);\nmade2[1]',
      2,
    ],
  ])('%s', async (_, declaration, use, shown) => {
    await notebook.run(declaration);
    await notebook.run('const between = 1; between');
    await notebook.run('function alsoBetween(): void {}');
    expect(await notebook.run(use)).toBe(shown);
    expect(await notebook.run(use)).toBe(shown);
  });

  it('declare global and module augmentation', async () => {
    await notebook.run(
      'declare global { interface Array<T> { second(): T | undefined } }\nArray.prototype.second = function <T>(this: T[]): T | undefined { return this[1] };',
    );
    expect(await notebook.run('[1, 2].second()')).toBe(2);
    await notebook.run("declare module 'node:path' { interface ParsedPath { mine?: number } }\nconst unused = 1;");
    expect(
      await notebook.run(
        "import type { ParsedPath as Parsed } from 'node:path';\nconst mine: Pick<Parsed, 'mine'> = { mine: 3 };\nmine.mine",
      ),
    ).toBe(3);
    expect(await notebook.run('[1, 3].second()')).toBe(3);
    // once more, as a person does who runs a cell again
    await notebook.run('declare global { interface Array<T> { second(): T | undefined } }');
    expect(await notebook.run('[1, 4].second()')).toBe(4);
  });

  it('an older declaration keeps its own meaning of a name that was declared again', async () => {
    await notebook.run(
      'interface Unit { a: number }\nconst unit: Unit = { a: 1 };\nconst scale = 2;\nconst scaled = () => scale;',
    );
    await notebook.run('interface Unit { b: string }\nconst scale = "two";');
    expect(await notebook.run('unit.a.toFixed(1)')).toBe('1.0');
    expect(notebook.messages('const other: Unit = unit')).toEqual([
      "Property 'b' is missing in type 'Unit' but required in type 'Unit'.",
    ]);
    // the type is still number, as it was checked
    expect(notebook.messages('scaled().toFixed()')).toEqual([]);
  });

  it('a new value leaves the type of the same name alone, and the other way round', async () => {
    await notebook.run('class Dual { n = 1 }');
    await notebook.run('const Dual = 5;');
    expect(await notebook.run('const dual: Dual = { n: 2 };\ndual.n + Dual')).toBe(7);
    await notebook.run('type Dual = string;');
    expect(await notebook.run('const text: Dual = "a";\ntext + Dual')).toBe('a5');
  });
});

describe('what is remembered', () => {
  it('nothing of a cell that is wrong', () => {
    expect(notebook.messages('const lost = 1; const wrong: string = 2;')).toHaveLength(1);
    expect(notebook.messages('lost')).toEqual(["Cannot find name 'lost'."]);
    expect(notebook.messages('declare global { var lostGlobally: number }\nconst wrong: string = 2;')).toHaveLength(1);
    expect(notebook.messages('lostGlobally')).toEqual(["Cannot find name 'lostGlobally'."]);
  });

  it('a cell that is right but fails while it runs', async () => {
    await expect(notebook.run('const ran = 1; const never = (() => { throw new Error("late") })();')).rejects.toThrow(
      'late',
    );
    expect(await notebook.run('ran')).toBe(1);
    expect(notebook.messages('never')).toEqual([]);
  });

  it('nothing of a transient text', () => {
    expect(notebook.convert('const passing = 1; passing', true).ok).toBe(true);
    expect(notebook.messages('passing')).toEqual(["Cannot find name 'passing'."]);
  });

  it('what the kernel itself provides', () => {
    expect(
      notebook.messages(
        "const typed: string = await input('name? '); await input(); await input('pin', { password: true });",
      ),
    ).toEqual([]);
    expect(notebook.messages('input(5)')).toEqual([
      "Argument of type 'number' is not assignable to parameter of type 'string'.",
    ]);
  });
});

describe('cells run again and again', () => {
  it('may rest on each other', async () => {
    await notebook.run('const ping = { n: 1 }; const pong = { n: 1, text: "" };');
    for (let round = 0; round < 300; round++) {
      notebook.script(
        'const ping = { n: pong.n + 1, last: round(pong) };\nfunction round(x: { n: number }): number { return x.n }',
      );
      notebook.script('const [pong, other] = [{ n: ping.n, text: `${ping.last}` }, ping.last] as const;\npong.n;');
      // as if each took long enough for the checker to be tidied up
      if (round % 100 === 99) notebook.language.forget();
    }
    expect(
      notebook.messages('const alike: { readonly n: number; readonly text: string } = pong;\nother.toFixed()'),
    ).toEqual([]);
    expect(notebook.messages('pong.n = ""')).toHaveLength(1);
  });

  it('leave the types of what cannot be written out as they are', () => {
    notebook.script('const held = (() => { class Inner { #p = 1; n = 1 } return new Inner() })();');
    for (let round = 0; round < 40; round++) notebook.script('const copied = held;\nconst held2 = copied;');
    expect(notebook.messages('const back: typeof held = held2;')).toEqual([]);
  });

  it('asks for a type that another cell cannot tell', () => {
    expect(notebook.messages('const losses = [];')).toEqual([]);
    expect(notebook.messages('losses.push(1);')).toEqual([]);
    expect(notebook.messages('console.log(losses);')).toEqual([
      'The type of losses cannot be told from another cell: write it where losses is declared, for instance losses: number[].',
    ]);
  });
});
