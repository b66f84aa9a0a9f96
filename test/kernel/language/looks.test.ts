import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../../kernel-lib/src/kernel/link';
import { makeFolder, Notebook } from './notebook';

let notebook: Notebook;
beforeAll(() => {
  notebook = new Notebook(makeFolder());
  const cells = [
    '/**\n * Doubles. Then says more.\n *\n * @param x what to double\n * @returns twice as much\n */\nfunction double(x: number, times = 2): number { return x * times }',
    'const 𝕏y = { alpha: 1, beta(n: number): string { return String(n) } };',
    'type Mode = "train" | "predict";\nfunction setMode(mode: Mode): void {}',
    "import { basename } from 'node:path';",
    'interface Options { rate: number; epochs?: number }\nfunction fit(options: Options): void {}\nclass Model { #secret = 1; fit(): void {} private hidden = 2; layers = [1] }',
  ];
  for (const cell of cells) expect(notebook.messages(cell)).toEqual([]);
});
afterAll(() => {
  fs.rmSync(notebook.folder, { recursive: true });
});

/** A request for a text in which `|` is the cursor, counted in code points as the protocol does. */
function request(marked: string, extra: Content = {}): Content {
  const [before = '', after = ''] = marked.split('|');
  return { code: before + after, cursor_pos: Array.from(before).length, ...extra };
}

describe('complete', () => {
  const complete = (
    marked: string,
  ): { matches: string[]; cursor_start: number; cursor_end: number; metadata: Content } =>
    notebook.ask('complete', request(marked)) as never;

  it.each<[string, string[], [start: number, end: number]]>([
    ['doub|', ['double'], [0, 4]],
    ['DOUB|', ['double'], [0, 4]],
    ['doubl|e(1)', ['double'], [0, 6]],
    ['console.lo|', ['log'], [8, 10]],
    ['𝕏y.|', ['alpha', 'beta'], [3, 3]],
    ['"😀"; 𝕏y.al|', ['alpha'], [8, 10]],
    ['basenam|', ['basename'], [0, 7]],
    ['setMode("|")', ['predict', 'train'], [9, 9]],
    ['fit({ |})', ['epochs', 'rate'], [6, 6]],
    ['fit({ rate: 1, e|', ['epochs'], [15, 16]],
    ['new Model().|', ['fit', 'layers'], [12, 12]],
    ['new Model().layers[0].toPrec|', ['toPrecision'], [22, 28]],
    ['const local = { one: 1 };\nlocal.|', ['one'], [32, 32]],
    ["import { mkdirS| } from 'node:fs'", ['mkdirSync'], [9, 15]],
    ["import 'node:child_p|'", ['node:child_process'], [8, 20]],
    ['const text = "dou|"', [], [17, 17]],
    ['// dou|', [], [6, 6]],
    ['const template = `dou|`', [], [21, 21]],
    ['`${doub|}`', ['double'], [3, 7]],
    ['unknownThing.|', [], [13, 13]],
    ['1.|', [], [2, 2]],
  ])('%s', (marked, matches, [start, end]) => {
    const reply = complete(marked);
    expect(reply).toMatchObject({ status: 'ok', cursor_start: start, cursor_end: end });
    expect([...reply.matches].sort()).toEqual(matches);
  });

  it('names a type and a signature', () => {
    const [first] = complete('doub|').metadata._jupyter_types_experimental as Content[];
    expect(first).toEqual({
      text: 'double',
      type: 'function',
      start: 0,
      end: 4,
      signature: '(x: number, times?: number): number',
    });
    const members = complete('𝕏y.|').metadata._jupyter_types_experimental as Content[];
    expect(members.map(({ type }) => type)).toEqual(['property', 'method']);
    const [imported] = complete('basenam|').metadata._jupyter_types_experimental as Content[];
    expect(imported).toMatchObject({ type: 'function' });
    const [constant] = complete('const triple = (x: number): number => 3 * x;\ntrip|').metadata
      ._jupyter_types_experimental as Content[];
    expect(constant).toMatchObject({ type: 'function', signature: '(x: number): number' });
  });

  it("puts the person's own names first, each name once", () => {
    const { matches } = complete('|');
    expect(new Set(matches).size).toBe(matches.length);
    const own = ['double', 'fit', 'Model', 'setMode', 'basename', '𝕏y'];
    expect([...matches.slice(0, own.length)].sort()).toEqual([...own].sort());
    expect(matches).toContain('process');
    expect(matches).not.toContain('__kernel');
  });

  it.each<Content>([
    {},
    { code: 5, cursor_pos: 1 },
    { code: 'a', cursor_pos: 99 },
    { code: 'doub', cursor_pos: 'x' },
    { code: '', cursor_pos: 0 },
  ])('answers %j validly', (content) => {
    const reply = notebook.ask('complete', content) as { matches: unknown; cursor_start: unknown };
    expect(reply).toMatchObject({ status: 'ok', metadata: expect.anything() as unknown });
    expect(Array.isArray(reply.matches)).toBe(true);
    expect(typeof reply.cursor_start).toBe('number');
  });
});

const DOUBLES = 'Doubles. Then says more.';

describe('inspect', () => {
  const inspect = (marked: string, level: number): string => {
    const reply = notebook.ask('inspect', request(marked, { detail_level: level })) as {
      found: boolean;
      data: Record<string, string>;
    };
    expect(reply.found).toBe(reply.data['text/plain'] !== undefined);
    expect(Object.keys(reply.data)).toEqual(reply.found ? ['text/plain', 'text/markdown'] : []);
    return reply.data['text/plain'] ?? 'nothing';
  };

  it.each([
    ['double|', 'function double(x: number, times?: number): number\n\n' + DOUBLES],
    ['dou|ble(1)', 'function double(x: number, times?: number): number\n\n' + DOUBLES],
    ['double(|)', 'double(x: number, times?: number): number\n\n' + DOUBLES],
    ['double(1, |)', 'double(x: number, times?: number): number\n\n' + DOUBLES],
    ['double(1 + |', 'double(x: number, times?: number): number\n\n' + DOUBLES],
    ['"😀"; 𝕏y.al|pha', '(property) alpha: number'],
    ['  |', 'nothing'],
    ['"dou|ble"', 'nothing'],
    ['unknownThing|', 'nothing'],
    ['const here = 1; her|e', 'const here: 1'],
  ])('%s at a glance', (marked, text) => {
    const [signature, documentation] = inspect(marked, 0).split(/\n\n|\n@/);
    expect([signature, documentation].filter((part) => part !== undefined).join('\n\n')).toBe(text);
  });

  it('at a glance has the parameters, and not the source', () => {
    expect(inspect('double|', 0)).toContain('@param x what to double\n@returns twice as much');
    expect(inspect('double|', 0)).not.toContain('Declared');
  });

  it('in full says everything, and where it comes from', () => {
    const full = inspect('double|', 1);
    expect(full).toContain('Doubles. Then says more.');
    expect(full).toContain('@param x what to double\n@returns twice as much');
    expect(full).toContain(
      'Declared in an earlier cell:\nfunction double(x: number, times = 2): number { return x * times }',
    );
    expect(inspect('double(|', 1)).toContain('x: what to double\n\n@returns twice as much');
    expect(inspect('const here = 1; her|e', 1)).toContain('Declared in this cell:\nconst here = 1;');
    expect(inspect('process.cw|d()', 1)).toMatch(/Declared in .*@types\/node\/process\.d\.ts:\d+:\ncwd\(\): string;/);
    const { data } = notebook.ask('inspect', request('double|', { detail_level: 1 })) as {
      data: Record<string, string>;
    };
    expect(data['text/markdown']).toContain('```typescript\nfunction double(x: number, times?: number): number\n```');
  });

  it('lists overloads by number', () => {
    expect(inspect('"a".replace(|', 0)).toMatch(/ \(\+\d+ overloads\)/);
  });

  it.each<Content>([{}, { code: 5 }, { code: 'double', cursor_pos: 99 }, { code: 'x', cursor_pos: -3 }])(
    'answers %j validly',
    (content) => {
      expect(notebook.ask('inspect', content)).toMatchObject({ status: 'ok', metadata: {} });
    },
  );
});

describe('is_complete', () => {
  const INCOMPLETE = ['if (x)', 'if (x) {', 'const f = (x) =>', 'a +', 'a &&', 'x =', 'foo(1,', 'foo( // comment', 'for (', 'try {}', 'do {}', 'a.', 'x ? 1', '@dec', 'export', 'import {', 'const {a', 'async () => {', 'class A {\n  x = 1', 'switch (a) {\n  case 1:', 'x = {\n  a: [', 'function f() {\n  return 1', '`abc', '`a ${', '`a\n\n', '/* note', '/* note\n\n', 'const', 'const x: ', 'x as', 'new']; // prettier-ignore
  const COMPLETE = ['', '1', 'const x: number', '<T>(x: T) => x', 'return 1', 'foo(1,\n\n', 'if (x) {\n  \n', 'x => {}', '%%bash', 'await x', 'const s = `a`', '// note', 'let x = 1 +\n\n', 'a as number', 'enum E { A }']; // prettier-ignore
  const INVALID = ['}', 'const 1', '"abc', "'it", '/abc', 'else', 'a b', 'if (a) { foo( }', 'foo(]', 'let x = 1 2'];
  it.each([
    ...INCOMPLETE.map((code) => [code, 'incomplete'] as const),
    ...COMPLETE.map((code) => [code, 'complete'] as const),
    ...INVALID.map((code) => [code, 'invalid'] as const),
  ])('%j is %s', (code, status) => {
    expect(notebook.ask('is_complete', { code })).toMatchObject({ status });
  });

  it.each([
    ['if (x) {', '  '],
    ['  if (x)', '    '],
    ['const f = () =>', '  '],
    ['foo(', '  '],
    ['{\n    a;', '    '],
    ['`text', ''],
    ['a +', ''],
  ])('%j indents by %j', (code, indent) => {
    expect(notebook.ask('is_complete', { code })).toEqual({ status: 'incomplete', indent });
  });

  it('answers nonsense validly', () => {
    expect(notebook.ask('is_complete', {})).toEqual({ status: 'unknown' });
  });
});
