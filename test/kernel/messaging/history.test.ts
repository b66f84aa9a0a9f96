import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from 'kernel-lib/kernel/messaging/history';
import { HistoryFile, historyPath } from 'kernel-lib/kernel/messaging/history-file';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'history-'));
  file = path.join(folder, 'deep/history.jsonl');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A kernel's history in which cells were run. */
async function run(session: string, inputs: readonly string[]): Promise<History> {
  const store = new HistoryFile(file);
  const history = new History(session, store);
  for (const [i, input] of inputs.entries()) history.add(`${session} ${i}`, i + 1, input);
  await store.flushed();
  return history;
}
const ask = async (history: History, content: object): Promise<unknown> =>
  (await history.answer({ ...content })).history;
const lines = (): unknown[] =>
  fs.readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore

describe('history', () => {
  it('tells a range of this session, and of earlier ones', async () => {
    await run('first', ['a', 'b', 'c']);
    await run('second', ['d']);
    const history = await run('third', ['e', 'f', 'g']);
    const range = async (content: object): Promise<unknown> => ask(history, { hist_access_type: 'range', ...content });
    expect(await range({})).toEqual([[3, 1, 'e'], [3, 2, 'f'], [3, 3, 'g']]); // prettier-ignore
    expect(await range({ session: 0, start: 2, stop: 3 })).toEqual([[3, 2, 'f']]);
    expect(await range({ start: -1 })).toEqual([[3, 3, 'g']]);
    expect(await range({ start: 1, stop: -1 })).toEqual([[3, 1, 'e'], [3, 2, 'f']]); // prettier-ignore
    expect(await range({ session: -1 })).toEqual([[2, 1, 'd']]);
    expect(await range({ session: -2, start: 3 })).toEqual([[1, 3, 'c']]);
    expect(await range({ session: 1, start: 2, stop: 3, raw: true })).toEqual([[1, 2, 'b']]);
    expect(await range({ session: 9 })).toEqual([]);
    expect(await range({ session: -9 })).toEqual([]);
  });

  it('tells results beside the code', async () => {
    const history = await run('s', ['a', 'b']);
    history.setOutput('s 1', '42');
    history.setOutput('unknown', 'x');
    const told = [[1, 1, ['a', null]], [1, 2, ['b', '42']]]; // prettier-ignore
    expect(await ask(history, { hist_access_type: 'tail', n: 2, output: true })).toEqual(told);
  });

  it('tells the tail over all sessions', async () => {
    await run('first', ['a', 'b']);
    const history = await run('second', ['c']);
    const tail = async (n?: number): Promise<unknown> => ask(history, { hist_access_type: 'tail', n });
    expect(await tail(2)).toEqual([[1, 2, 'b'], [2, 1, 'c']]); // prettier-ignore
    expect(await tail()).toHaveLength(3);
    expect(await tail(0)).toEqual([]);
    expect(await tail(-5)).toEqual([]);
  });

  it('searches with a glob, the newest n, each once when asked', async () => {
    await run('first', ['let a = 1', 'let b = 2', 'let a = 1']);
    const history = await run('second', ['let a = 1', 'const c']);
    const search = async (content: object): Promise<unknown> =>
      ask(history, { hist_access_type: 'search', ...content });
    expect(await search({ pattern: 'let*' })).toHaveLength(4);
    expect(await search({ pattern: 'let*', unique: true })).toEqual([[1, 2, 'let b = 2'], [2, 1, 'let a = 1']]); // prettier-ignore
    expect(await search({ pattern: '*a*', n: 1 })).toEqual([[2, 1, 'let a = 1']]);
    expect(await search({})).toHaveLength(5);
  });

  it('refuses what is no history request', async () => {
    const history = await run('s', []);
    await expect(history.answer({ hist_access_type: 'all' })).rejects.toThrow(
      'The request needs hist_access_type as range, tail or search, got "all".',
    );
    await expect(history.answer({ hist_access_type: 'tail', n: 'x' })).rejects.toThrow(
      'The request needs n as a whole number, got "x".',
    );
  });

  it('keeps no blank cell', async () => {
    expect(await ask(await run('s', ['', ' \n', 'a']), { hist_access_type: 'tail', n: 9 })).toEqual([[1, 3, 'a']]);
  });

  it('numbers a kernel that starts later after this one, and this one as before', async () => {
    await run('first', ['a']);
    const history = await run('second', ['b']);
    const tail = { hist_access_type: 'tail', n: 1 };
    expect(await ask(history, tail)).toEqual([[2, 1, 'b']]);
    await run('third', ['c']);
    expect(await ask(history, tail)).toEqual([[3, 1, 'c']]);
    expect(await ask(history, { hist_access_type: 'range' })).toEqual([[2, 1, 'b']]);
    expect(await ask(history, { hist_access_type: 'range', session: -1 })).toEqual([[1, 1, 'a']]);
  });
});

describe('the file of all histories', () => {
  it('is where the set-up keeps things, or else in the state folder', () => {
    expect(historyPath({ UNROLLED_CACHE: '/c', XDG_STATE_HOME: '/s' })).toBe('/c/history.jsonl');
    expect(historyPath({ XDG_STATE_HOME: '/s' })).toBe('/s/unrolled/history.jsonl');
    expect(historyPath({})).toBe(path.join(os.homedir(), '.local/state/unrolled/history.jsonl'));
  });

  it('has one JSON object a line, for its owner only', async () => {
    await run('s', ['a\n"b"', 'c']);
    expect(lines()).toEqual([{ session: 's', line: 1, input: 'a\n"b"' }, { session: 's', line: 2, input: 'c' }]); // prettier-ignore
    expect(fs.statSync(file).mode & 0o077).toBe(0);
  });

  it('loses only what a crash left half written', async () => {
    await run('first', ['a']);
    fs.appendFileSync(file, '{"session": "torn", "li');
    fs.appendFileSync(file, '');
    const history = await run('second', ['b']);
    expect(await ask(history, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 1, 'a'], [2, 1, 'b']]); // prettier-ignore
  });

  it('may hold rubbish', async () => {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, 'x\n[1]\nnull\n{"session": 1}\n{"session":"s","line":1,"input":"a"}\n');
    expect(await new HistoryFile(file).read()).toEqual([{ session: 's', line: 1, input: 'a' }]);
  });

  it('that cannot be written is done without', async () => {
    fs.writeFileSync(path.join(folder, 'deep'), 'a file where a folder should be');
    const history = await run('s', ['a', 'b']);
    expect(await ask(history, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 1, 'a'], [1, 2, 'b']]); // prettier-ignore
  });

  it('is cut to the newest entries now and then', async () => {
    const store = new HistoryFile(file, 10, 5);
    for (let line = 1; line <= 100; line++) store.append({ session: 's', line, input: `${line}` });
    await store.flushed();
    expect(lines().length).toBeLessThanOrEqual(15);
    expect((await store.read()).map(({ line }) => line)).toEqual(Array.from({ length: 10 }, (_, i) => 91 + i));
    expect(fs.readdirSync(path.dirname(file))).toEqual(['history.jsonl']);
  });

  it('takes no data set that was pasted into a cell', async () => {
    const store = new HistoryFile(file);
    store.append({ session: 's', line: 1, input: 'x'.repeat(100_001) });
    store.append({ session: 's', line: 2, input: 'y' });
    await store.flushed();
    expect(lines()).toHaveLength(1);
  });

  it('is broken by no kernel that writes at the same time', async () => {
    const module = path.resolve(import.meta.dirname, '../../../kernel-lib/dist/kernel/messaging/history-file.js');
    const writer = `const { HistoryFile } = require(${JSON.stringify(module)});
      const store = new HistoryFile(${JSON.stringify(file)}, 200, 20);
      for (let line = 1; line <= 500; line++) store.append({ session: process.argv[1], line, input: 'x'.repeat(line % 50) });`;
    const exits = ['a', 'b', 'c'].map(
      (session) =>
        new Promise((resolve) =>
          spawn(process.execPath, ['-e', writer, session], { stdio: 'inherit' }).once('exit', resolve),
        ),
    );
    expect(await Promise.all(exits)).toEqual([0, 0, 0]);
    const all = lines() as { session: string; line: number }[];
    expect(all.length).toBeGreaterThan(100);
    expect(new Set(all.map(({ session, line }) => `${session} ${line}`)).size).toBe(all.length);
    expect(all.some(({ line }) => line === 500)).toBe(true);
  });
});
