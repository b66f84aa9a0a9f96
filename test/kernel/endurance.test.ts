import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, python } from '../notebooks/make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function run<T>(script: string, ...args: readonly number[]): Promise<T> {
  const env = { ...process.env, UNROLLED_CACHE: path.join(folder, 'cache') };
  const { stdout } = await promisify(execFile)(python, [path.join(import.meta.dirname, script), ...args.map(String)], { cwd: folder, env }); // prettier-ignore
  return JSON.parse(stdout) as T;
}

describe('a slow reader', () => {
  interface Read {
    readonly messages: number;
    readonly lines: number;
    readonly wrong: string | null;
    readonly reply: string;
    readonly before: number;
    readonly peak: number;
  }
  const LINES = 60_000;

  it.each([30, 4000])('gets every line of %i characters in order', { timeout: 300_000 }, async (width) => {
    const { lines, wrong, reply, before, peak } = await run<Read>('slow_reader.py', LINES, width);
    expect({ lines, wrong, reply }).toEqual({ lines: LINES, wrong: null, reply: 'ok' });
    // a kernel that holds what nobody has read would grow by all of the longer lines, 240 MB, at the least
    expect(peak - before).toBeLessThan(200e6);
  });

  it('is not sent a message a line', { timeout: 300_000 }, async () => {
    const { messages } = await run<Read>('slow_reader.py', 5000, 30);
    expect(messages).toBeLessThan(100);
  });
});

describe('a thousand cells in one kernel', () => {
  interface Memory {
    readonly heap: number;
    readonly arrays: number;
  }
  const KILOBYTES = 64;

  it('leave nothing behind but what they declared', { timeout: 600_000 }, async () => {
    const { failed, memory } = await run<{ failed: string[]; memory: Memory[] }>('many_cells.py', 1000, KILOBYTES);
    expect(failed).toEqual([]);
    const [early, , , , late] = memory;
    if (!early || !late) throw new Error('no figures');
    // cells come in seven kinds: a kernel that kept the array of one kind alone would hold 800 / 7 more of them
    expect((late.arrays - early.arrays) / (KILOBYTES * 1024)).toBeLessThan(20);
    // what is kept of a cell is its source and the map to it
    expect((late.heap - early.heap) / 800).toBeLessThan(5000);
  });
});
