import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alive } from './alive';
import {
  contents,
  meanwhile,
  printed,
  talk,
  talkNamed,
  talkRaw,
  types,
  type Answer,
  type Step,
  type Talk,
} from './talk';
import { makeFolder } from '../notebooks/make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const sink = '(globalThis as unknown as Record<symbol, { kind: string; display(b: object, o?: object): void }>)[Symbol.for("kernel-lib.display-sink")]!'; // prettier-ignore
const steps = {
  result: { code: '({ a: 1 })' },
  thrown: { code: 'function fail(): never {\n  throw new RangeError("boom");\n}\nfail();' },
  untyped: { code: 'function f(a) { return a }' },
  streams: { code: 'console.log("out"); console.warn("warn"); console.error("err");' },
  sink: {
    code: `const sink = ${sink};
sink.display({ 'text/html': '<b>x</b>', 'text/plain': 'x' }, { displayId: 'one', metadata: { wide: true } });
sink.display({ 'text/plain': 'y' }, { displayId: 'one', update: true });
sink.kind`,
  },
  bundle: { code: '({ toMimeBundle: () => ({ "text/html": "<i>z</i>", "text/plain": "z" }) })' },
  flood: { code: `for (let i = 0; i < 2000; i++) ${sink}.display({ 'text/plain': String(i) });` },
  callback: { code: 'await new Promise<void>((done) => { process.stdout.write("x", () => { done(); }); });' },
  burst: { code: 'for (let i = 0; i < 50; i++) console.log(i); console.error("then"); console.log("last");' },
  loop: { code: 'console.log("begun"); while (true) {}', interruptOn: 'begun' },
  wait: { code: 'console.log("begun"); await new Promise(() => undefined)', interruptOn: 'begun' },
  primitive: { code: 'throw "text"' },
  refused: { code: 'process.exit(3)' },
  removed: { code: 'const util = require("node:util") as { isNullOrUndefined(v: unknown): boolean };\nutil.isNullOrUndefined(null)' }, // prettier-ignore
  prints: {
    code: `let [ticks, going] = [0, false];
const ticked = new Promise<void>((done) => {
  const timer = setInterval(() => { if (going) console.log("late"); if (going && ++ticks === 3) { clearInterval(timer); done(); } }, 20);
});`,
  },
  hears: { code: 'going = true; await ticked; console.log("mine");' },
} satisfies Record<string, Step>;

describe('a kernel, one request after another', () => {
  let cells: Readonly<Record<keyof typeof steps, Answer>>;
  let info: Talk['info'];
  beforeAll(async () => {
    ({ info, cells } = await talkNamed(folder, steps));
  }, 300_000);

  it('introduces itself with a status', () => {
    expect(info).toMatchObject({ status: 'ok', language_info: { name: 'typescript' } });
  });

  it('answers with the value of the last expression', () => {
    expect(types(cells.result)).toEqual(['execute_input', 'execute_result']);
    expect(contents(cells.result, 'execute_result')).toMatchObject([
      { execution_count: 1, data: { 'text/plain': '{ a: 1 }' } },
    ]);
    expect(cells.result.reply).toMatchObject({ status: 'ok', execution_count: 1 });
    expect(contents(cells.bundle, 'execute_result')).toMatchObject([
      { data: { 'text/html': '<i>z</i>', 'text/plain': 'z' } },
    ]);
  });

  it('tells an error by name, value and traceback, on iopub and in the reply', () => {
    const error = { ename: 'RangeError', evalue: 'boom' };
    expect(contents(cells.thrown, 'error')).toMatchObject([error]);
    expect(cells.thrown.reply).toMatchObject({ status: 'error', execution_count: 2, ...error });
    const traceback = (cells.thrown.reply.traceback as string[]).join('\n');
    expect(traceback).toMatch(/cell \[2\], line 2:\n(?:.*\n)*> 2 \| {3}throw new RangeError\("boom"\);/);
    expect(traceback).toMatch(/RangeError: boom\n\s+at fail \(cell \[2\]:2:9\)\n\s+at cell \[2\]:4:1/);
    expect(traceback).not.toMatch(/kernel-lib|node:internal/);
    expect(cells.primitive.reply).toMatchObject({ ename: 'Thrown string', evalue: 'text' });
  });

  it('checks types strictly', () => {
    expect(cells.untyped.reply).toMatchObject({
      ename: 'TypeScriptError',
      evalue: "line 1, column 12: Parameter 'a' implicitly has an 'any' type.",
    });
  });

  it('keeps stdout and stderr apart, and prints no error of its own there', () => {
    expect(printed(cells.streams, 'stdout')).toBe('out\n');
    expect(printed(cells.streams, 'stderr')).toBe('warn\nerr\n');
    expect(printed(cells.thrown, 'stderr')).toBe('');
  });

  it('shows whole bundles and updates them', () => {
    const transient = { display_id: 'one' };
    expect(contents(cells.sink, 'display_data')).toEqual([
      { data: { 'text/html': '<b>x</b>', 'text/plain': 'x' }, metadata: { wide: true }, transient },
    ]);
    expect(contents(cells.sink, 'update_display_data')).toEqual([
      { data: { 'text/plain': 'y' }, metadata: {}, transient },
    ]);
    expect(contents(cells.sink, 'execute_result')).toMatchObject([{ data: { 'text/plain': "'notebook'" } }]);
  });

  // zeromq.js drops a send after every 512th of one turn of the event loop unless told otherwise
  it('loses none of two thousand messages sent in one go', () => {
    const shown = contents(cells.flood, 'display_data').map(
      ({ data }) => (data as Record<string, string>)['text/plain'],
    );
    expect(shown).toEqual(Array.from({ length: 2000 }, (_, i) => String(i)));
  });

  it('merges what is written in one go, and keeps stdout and stderr in order', () => {
    const streams = contents(cells.burst, 'stream');
    expect(streams.length).toBeLessThan(6);
    const order = streams.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1]);
    expect(order).toEqual(['stdout', 'stderr', 'stdout']);
    const lines = Array.from({ length: 50 }, (_, i) => `${i}\n`).join('');
    expect(printed(cells.burst, 'stdout')).toBe(`${lines}last\n`);
  });

  it('calls back when a write is done', () => {
    expect(cells.callback.reply).toMatchObject({ status: 'ok' });
  });

  it.each(['loop', 'wait'] as const)('returns from an interrupted %s', (name) => {
    expect(cells[name].reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  });

  it('lives on when a cell asks it to exit', () => {
    expect(cells.refused.reply.evalue).toMatch(/^process\.exit\(3\) was refused/);
    expect((cells.refused.reply.traceback as string[]).join('\n')).not.toContain('kernel-lib');
  });

  it('has the util helpers that tfjs-node calls', () => {
    expect(contents(cells.removed, 'execute_result')).toMatchObject([{ data: { 'text/plain': 'true' } }]);
  });

  it('keeps what an earlier cell prints out of a later one', () => {
    expect(printed(cells.hears, 'stdout')).toBe('mine\n');
    // it goes to the cell that prints it
    const told = [cells.prints, meanwhile(cells.prints), meanwhile(cells.hears)].map((part) => printed(part, 'stdout'));
    expect(told.join('')).toBe('late\n'.repeat(3));
    const step = Object.keys(steps).indexOf('prints');
    expect(new Set(cells.hears.others.map((message) => message.step))).toEqual(new Set([step]));
  });
});

describe('a kernel, all requests at once', () => {
  const statuses = ({ cells }: Talk): unknown[] => cells.map(({ reply }) => reply.status);

  it('aborts what waits behind an error, and only that', async () => {
    const waiting = [{ code: 'await new Promise((d) => setTimeout(d, 1500)); throw 1' }, { code: '1' }, { code: '2' }];
    expect(statuses(await talk(folder, waiting, '--together'))).toEqual(['error', 'aborted', 'aborted']);
  });

  it('goes on after an error that was expected', async () => {
    const expected = [{ code: 'throw 1', stop_on_error: false }, { code: '1' }, { code: 'throw 2' }];
    expect(statuses(await talk(folder, expected, '--together'))).toEqual(['error', 'ok', 'error']);
  });
});

describe('a kernel whose parent is killed', () => {
  it('ends, even out of an endless loop', async () => {
    const pid = Number((await talkRaw(folder, [{ code: 'while (true) {}' }], '--orphan')).trim());
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => alive(pid), { timeout: 60_000, interval: 200 }).toBe(false);
  });
});
