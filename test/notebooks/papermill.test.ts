import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotebook, writeNotebook } from 'kernel-lib/notebook';
import { makeFolder, makeNotebook, project, python } from './make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const cells = [
  {
    source:
      "let lr = 1; // the learning rate\nlet layers: number[] = [];\nlet seed: number | null = 1;\nlet name = 'none';",
    tags: ['parameters'],
  },
  'lr = lr * 2;\nconsole.log(JSON.stringify({ lr, layers, seed: seed?.toFixed() ?? "none", name }));',
];

function papermill(...args: string[]): { status: number | null; said: string } {
  const program = path.join(project, '.venv/bin/papermill');
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('papermill with parameters', { timeout: 200_000 }, () => {
  it('runs the notebook with them, with no flag but -p and -y', () => {
    writeNotebook(path.join(folder, 'in.ipynb'), makeNotebook(cells));
    const name = '"日本" \\ `${1}`\n\'';
    const rest = JSON.stringify({ layers: [4, 8], seed: null, name });
    const { status, said } = papermill('in.ipynb', 'out.ipynb', '-p', 'lr', '0.25', '-y', rest);
    expect(status, said).toBe(0);
    expect(said).not.toContain('unknown parameter');
    const run = readNotebook(path.join(folder, 'out.ipynb'));
    expect(run.cells.map((cell) => cell.metadata.tags)).toEqual([
      ['parameters'],
      ['injected-parameters'],
      expect.anything(),
    ]);
    const [output] = run.cells[2]?.outputs ?? [];
    const printed = output?.text as string | string[];
    expect(JSON.parse([printed].flat().join(''))).toEqual({ lr: 0.5, layers: [4, 8], seed: 'none', name });
  });

  it('says which parameter the notebook does not know, and what the known ones are', () => {
    writeNotebook(path.join(folder, 'in.ipynb'), makeNotebook(cells));
    const { said: warning } = papermill('in.ipynb', 'out.ipynb', '--prepare-only', '-p', 'rl', '1');
    expect(warning).toContain('Passed unknown parameter: rl');
    const { said } = papermill('in.ipynb', '--help-notebook');
    expect(said).toMatch(/lr: Unknown type \(default 1\)\s+the learning rate/);
    expect(said).toMatch(/layers: number\[\] \(default \[\]\)/);
  });
});

/** Writes records of parameters, given as Python source of a list, as papermill would. */
function translate(records: string): readonly string[] {
  const program =
    'import json, sys, datetime\nfrom papermill.translators import papermill_translators as all\n' +
    'inf, nan, null, true, false = float("inf"), float("nan"), None, True, False\n' +
    "one = all.find_translator('tslab', 'typescript')\n" +
    'def text(record):\n  try: return one.codify(record)\n  except Exception as error: return str(error)\n' +
    'print(json.dumps([text(record) for record in eval(sys.stdin.read())]))';
  return JSON.parse(execFileSync(python, ['-c', program], { input: records, encoding: 'utf8' })) as string[];
}

/** What the declared names hold, as plain data. */
function values(text: string): Record<string, unknown> {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const names = [...text.matchAll(/^let (\S+):/gm)].map(([, name = '']) => name);
  return vm.runInThisContext(`(() => { ${outputText}; return { ${names.join(', ')} }; })()`) as Record<string, unknown>;
}

function typeErrors(text: string): readonly string[] {
  const file = path.join(folder, 'parameters.ts');
  fs.writeFileSync(file, text);
  const program = ts.createProgram([file], { strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022 });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('parameters as TypeScript', { timeout: 200_000 }, () => {
  it('hold what was given, whatever JSON that is, and type-check', () => {
    // Python reads an integer of so many digits exactly, where JavaScript rounds it
    const readable = fc
      .jsonValue({ depthSize: 'medium' })
      .filter((value) => !/(?<![.\d])\d{17}/.test(JSON.stringify(value)));
    const json = fc.sample(readable, { numRuns: 200, seed: 1 });
    const records = json.map((value, index) => `{"p": ${JSON.stringify(value)}, "i": ${index}}`);
    const texts = translate(`[${records.join(',\n')}]`);
    texts.forEach((text, index) => {
      expect(values(text), text).toEqual({ p: asPlain(json[index]), i: index });
    });
    const blocks = texts.map((text) => `{\n${text}}`);
    expect(typeErrors(blocks.join('\n'))).toEqual([]);
  });

  it('are declared as wide as cells may need them', () => {
    const given =
      '{"a": 1, "b": 1e-7, "c": true, "d": null, "e": [1, 2.5], "f": [1, "x"], "g": [], "h": {}, "i": {"x y": [true], 3: ""}}';
    expect(translate(`[${given}]`)[0]?.split('\n')).toEqual([
      '// Parameters',
      'let a: number = 1;',
      'let b: number = 1e-07;',
      'let c: boolean = true;',
      'let d: any = null;',
      'let e: number[] = [1, 2.5];',
      'let f: (number | string)[] = [1, "x"];',
      'let g: any[] = [];',
      'let h: any = {};',
      'let i: { "x y": boolean[]; "3": string } = { "x y": [true], "3": "" };',
      '',
    ]);
  });

  it('may be what JSON has no word for', () => {
    const [text = ''] = translate(
      '[{"a": inf, "b": -inf, "c": nan, "d": datetime.date(2026, 1, 2), "e": (1, 2), "f": "\\u2028\\ud800"}]',
    );
    expect(values(text)).toEqual({ a: Infinity, b: -Infinity, c: NaN, d: '2026-01-02', e: [1, 2], f: '\u2028\ud800' });
    expect(text).toContain('"\\u2028\\ud800"');
  });

  it('may be called __proto__ inside a dictionary', () => {
    const [text = ''] = translate('[{"a": {"__proto__": 1}}]');
    expect(Object.keys(values(text).a as object)).toEqual(['__proto__']);
  });

  it('are refused in a sentence when TypeScript cannot hold them', () => {
    expect(translate('[{"my-lr": 1}, {"class": 1}, {"seed": 2**53 + 1}, {"x": [{1}]}]')).toEqual([
      "The parameter 'my-lr' is no TypeScript name: choose letters, digits, _ and $, and no keyword.",
      "The parameter 'class' is no TypeScript name: choose letters, digits, _ and $, and no keyword.",
      'The parameter seed is 9007199254740993, which a TypeScript number cannot hold exactly: give it as a string.',
      'The parameter x holds a set: give null, a boolean, a number, a string, or a list or dictionary of those.',
    ]);
  });
});

/** Objects of this realm without a prototype of their own, for comparison. */
function asPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
