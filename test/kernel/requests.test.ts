import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contents, meanwhile, printed, talk, talkNamed, types, type Answer, type Step, type Told } from './talk';
import { makeFolder } from '../notebooks/make-notebook';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const states = ({ messages }: Answer): unknown[] =>
  messages.filter(({ type }) => type === 'status').map(({ content }) => content.execution_state);
const resultOf = (answer: Answer): unknown =>
  (contents(answer, 'execute_result')[0]?.data as Record<string, unknown> | undefined)?.['text/plain'];

const sink = '(globalThis as any)[Symbol.for("kernel-lib.display-sink")]';
const host = '(globalThis as any)[Symbol.for("kernel-lib.notebook-host")]';
const history = (content: object): Step => ({
  request: 'history_request',
  content: { raw: true, output: false, ...content },
});

const steps = {
  declare: { code: 'const a = 20;' },
  expressions: {
    code: 'a + 1;',
    user_expressions: {
      sum: 'a + 2',
      missing: 'nowhere',
      thrown: 'JSON.parse("{")',
      shown: '({ toMimeBundle: () => ({ "text/html": "<b/>" }) })',
    },
  },
  failing: { code: 'throw new TypeError("no")', user_expressions: { sum: 'a' } },
  silent: { code: 'const quiet = 5; quiet', silent: true },
  silentFailure: { code: 'throw new Error("hush")', silent: true },
  unstored: { code: 'quiet + a', store_history: false },
  counted: { code: '1 + 1' },
  displays: {
    code: `console.log("first"); const sink = ${sink};
sink.display({ 'text/plain': '0 %' }, { displayId: 'bar' });
sink.display({ 'text/plain': '50 %' }, { displayId: 'bar', update: true });
console.log("second"); sink.clear(true); sink.display({ 'text/plain': 'after' });`,
  },
  clears: { code: `${sink}.clear(false)` },
  tail: history({ hist_access_type: 'tail', n: 2 }),
  outputs: history({ hist_access_type: 'tail', n: 20, output: true }),
  range: history({ hist_access_type: 'range', session: 0, start: 1, stop: 3 }),
  search: history({ hist_access_type: 'search', pattern: '*a + ?*' }),
  complete: { request: 'complete_request', content: { code: 'const r = Math.sqr', cursor_pos: 18 } },
  inspect: { request: 'inspect_request', content: { code: 'a', cursor_pos: 1, detail_level: 0 } },
  inspectNothing: { request: 'inspect_request', content: { code: '   ', cursor_pos: 1, detail_level: 0 } },
  incomplete: { request: 'is_complete_request', content: { code: 'for (;;) {' } },
  answered: {
    code: 'const name = await input("name? ");\nconst age = Number(await input("age? "));\n[name, age]',
    allow_stdin: true,
    answers: ['Ada', '36'],
  },
  password: { code: 'await input("secret: ", { password: true })', allow_stdin: true, answers: ['s3cret'] },
  refused: { code: 'await input("name? ")', allow_stdin: false },
  afterwards: { code: '"alive"' },
} satisfies Record<string, Step>;

describe('one request after another', () => {
  let cells: Readonly<Record<keyof typeof steps, Answer>>;
  beforeAll(async () => {
    ({ cells } = await talkNamed(folder, steps));
  }, 300_000);

  it.each(Object.keys(steps) as (keyof typeof steps)[])('is busy before and idle after everything else: %s', (name) => {
    const { messages } = cells[name];
    expect(cells[name].others).toEqual([]);
    expect(states(cells[name])).toEqual(['busy', 'idle']);
    expect([messages.at(0)?.type, messages.at(-1)?.type]).toEqual(['status', 'status']);
  });

  it('evaluates user expressions after a cell that did not fail, and tells the errors of each', () => {
    expect(cells.expressions.reply).toMatchObject({
      status: 'ok',
      user_expressions: {
        sum: { status: 'ok', data: { 'text/plain': '22' } },
        missing: {
          status: 'error',
          ename: 'TypeScriptError',
          evalue: expect.stringContaining("Cannot find name 'nowhere'") as string,
        },
        thrown: { status: 'error', ename: 'SyntaxError', traceback: expect.any(Array) as string[] },
        shown: { status: 'ok', data: { 'text/html': '<b/>' } },
      },
    });
    expect(types(cells.expressions)).toEqual(['execute_input']);
    expect(cells.failing.reply).toMatchObject({ status: 'error', user_expressions: {} });
  });

  it('tells a failure by ename, evalue and traceback in the reply as on iopub', () => {
    const { ename, evalue, traceback } = cells.failing.reply;
    expect(contents(cells.failing, 'error')).toEqual([{ ename, evalue, traceback }]);
    expect(ename).toBe('TypeError');
  });

  it('counts cells that failed, but none that is silent or goes into no history', () => {
    const names = ['declare', 'expressions', 'failing', 'silent', 'silentFailure', 'unstored', 'counted'] as const;
    expect(names.map((name) => cells[name].reply.execution_count)).toEqual([1, 2, 3, 3, 3, 3, 4]);
    expect(contents(cells.counted, 'execute_input')).toEqual([{ code: '1 + 1', execution_count: 4 }]);
    expect(contents(cells.counted, 'execute_result')).toMatchObject([{ execution_count: 4 }]);
  });

  it('runs a silent cell without a word, and keeps what it declares', () => {
    expect(types(cells.silent)).toEqual([]);
    expect(types(cells.silentFailure)).toEqual([]);
    expect(cells.silentFailure.reply).toMatchObject({ status: 'error', ename: 'Error', evalue: 'hush' });
    expect(resultOf(cells.unstored)).toBe('25');
  });

  it('sends displays, updates, clears and text in the order in which the cell made them', () => {
    expect(types(cells.displays)).toEqual([
      'execute_input', 'stream', 'display_data', 'update_display_data', 'stream', 'clear_output', 'display_data',
    ]); // prettier-ignore
    expect(contents(cells.displays, 'clear_output')).toEqual([{ wait: true }]);
    expect(contents(cells.clears, 'clear_output')).toEqual([{ wait: false }]);
    const transient = { display_id: 'bar' };
    expect(contents(cells.displays, 'update_display_data')).toEqual([
      { data: { 'text/plain': '50 %' }, metadata: {}, transient },
    ]);
  });

  it('remembers what was run: the last, a range, and what matches', () => {
    const inputs = ({ reply }: Answer): unknown[] =>
      (reply.history as [number, number, unknown][]).map(([, , input]) => input);
    const lines = ({ reply }: Answer): unknown[] =>
      (reply.history as [number, number, unknown][]).map(([, line]) => line);
    expect(lines(cells.tail)).toEqual([5, 6]);
    expect(inputs(cells.tail)).toEqual([steps.displays.code, steps.clears.code]);
    expect(inputs(cells.outputs)).toContainEqual(['1 + 1', '2']);
    expect(inputs(cells.outputs)).not.toContainEqual(expect.arrayContaining([steps.unstored.code]));
    expect(inputs(cells.range)).toEqual([steps.declare.code, steps.expressions.code]);
    expect(inputs(cells.search)).toEqual([steps.expressions.code]);
  });

  it('completes, inspects and judges code through the same sockets', () => {
    expect(cells.complete.reply).toMatchObject({ status: 'ok', cursor_start: 15, cursor_end: 18 });
    expect((cells.complete.reply.matches as string[])[0]).toBe('sqrt');
    expect(cells.inspect.reply).toMatchObject({ status: 'ok', found: true });
    expect((cells.inspect.reply.data as Record<string, string>)['text/plain']).toContain('const a: 20');
    expect(cells.inspectNothing.reply).toMatchObject({ status: 'ok', found: false, data: {} });
    expect(cells.incomplete.reply).toMatchObject({
      status: 'incomplete',
      indent: expect.stringMatching(/^\s+$/) as string,
    });
  });

  it('asks the person, one question at a time, and hides a password', () => {
    expect(cells.answered.asked).toEqual([{ prompt: 'name? ', password: false }, { prompt: 'age? ', password: false }]); // prettier-ignore
    expect(resultOf(cells.answered)).toBe("[ 'Ada', 36 ]");
    expect(cells.password.asked).toEqual([{ prompt: 'secret: ', password: true }]);
    expect(resultOf(cells.password)).toContain('s3cret');
  });

  it('fails a question that nobody can answer, and lives on', () => {
    expect(cells.refused.reply).toMatchObject({
      status: 'error',
      evalue: expect.stringMatching(/^input\(\) cannot ask/) as string,
    });
    expect(cells.refused.asked).toEqual([]);
    expect(cells.afterwards.reply).toMatchObject({ status: 'ok' });
  });
});

const commSteps = {
  opens: {
    code: `const slider = ${host}.openComm('slider', { id: 'from-cell', data: { value: 1 }, metadata: { kind: 'x' }, buffers: [new TextEncoder().encode('raw')] });
slider.onMessage((data: { value: number }) => { console.log('moved', data.value); slider.send({ doubled: 2 * data.value }); });
slider.onClose(() => { console.log('closed'); });`,
  },
  open: { request: 'comm_info_request', content: {} },
  moves: { comm: 'comm_msg', content: { comm_id: 'from-cell', data: { value: 21 } } },
  closes: { comm: 'comm_close', content: { comm_id: 'from-cell', data: {} } },
  accepts: {
    code: `${host}.onComm('echo', (comm: any, data: unknown, buffers: Uint8Array[]) => {
  comm.send({ data, text: new TextDecoder().decode(buffers[0]) }, { buffers: [new TextEncoder().encode('back')] });
});`,
  },
  opened: {
    comm: 'comm_open',
    content: { comm_id: 'from-page', target_name: 'echo', data: { a: 1 } },
    buffers: ['there'],
  },
  listed: { request: 'comm_info_request', content: { target_name: 'echo' } },
  unknown: { comm: 'comm_open', content: { comm_id: 'nobody', target_name: 'no-such-target', data: {} } },
} satisfies Record<string, Step>;

describe('comms', () => {
  let cells: Readonly<Record<keyof typeof commSteps, Answer>>;
  beforeAll(async () => {
    ({ cells } = await talkNamed(folder, commSteps));
  }, 300_000);

  it('are opened by a cell, and drive its callback from the page', () => {
    const [opened] = cells.opens.messages.filter(({ type }) => type === 'comm_open');
    expect(opened).toMatchObject({
      content: { comm_id: 'from-cell', target_name: 'slider', data: { value: 1 } },
      metadata: { kind: 'x' },
      buffers: ['raw'],
    });
    expect(cells.open.reply).toMatchObject({ status: 'ok', comms: { 'from-cell': { target_name: 'slider' } } });
    expect(printed(meanwhile(cells.moves), 'stdout')).toBe('moved 21\n');
    expect(contents(cells.moves, 'comm_msg')).toEqual([{ comm_id: 'from-cell', data: { doubled: 42 } }]);
  });

  it('end when the page closes them', () => {
    expect(printed(meanwhile(cells.closes), 'stdout')).toBe('closed\n');
    expect(cells.listed.reply).toMatchObject({ comms: { 'from-page': { target_name: 'echo' } } });
    expect(Object.keys(cells.listed.reply.comms as object)).toEqual(['from-page']);
  });

  it('are opened by the page, with buffers both ways', () => {
    const [answer] = cells.opened.messages.filter(({ type }) => type === 'comm_msg');
    expect(answer).toMatchObject({
      content: { comm_id: 'from-page', data: { data: { a: 1 }, text: 'there' } },
      buffers: ['back'],
    });
  });

  it('are closed at once when no cell waits for them', () => {
    expect(contents(cells.unknown, 'comm_close')).toMatchObject([{ comm_id: 'nobody' }]);
  });
});

describe('interrupts and the end', () => {
  const loops = {
    keeps: { code: 'const kept = 7;' },
    loop: { code: 'console.log("begun"); while (true) {}', interruptOn: 'begun', interruptBy: 'control' },
    waits: {
      code: 'setInterval(() => { console.log("zombie"); }, 50);\nawait new Promise(() => undefined);',
      interruptOn: 'zombie',
      interruptBy: 'control',
    },
    silence: { wait: 0.5 },
    state: { code: 'kept' },
    shutdown: { request: 'shutdown_request', channel: 'control', content: { restart: true } },
  } satisfies Record<string, Step>;

  it('stops a loop and a wait over the control channel, keeps the state, and ends when told', async () => {
    const { cells, gone } = await talkNamed(folder, loops);
    for (const cell of [cells.loop, cells.waits])
      expect(cell.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(printed(cells.waits, 'stdout')).toContain('zombie');
    expect(cells.silence.others).toEqual([]);
    expect(cells.state.others).toEqual([]);
    expect(resultOf(cells.state)).toBe('7');
    expect(cells.shutdown.reply).toEqual({ status: 'ok', restart: true });
    expect(gone).toBe(true);
  });

  it('answers other requests while a cell loops', async () => {
    const busy: Step[] = [
      { code: 'while (true) {}', interruptLast: true },
      { request: 'kernel_info_request' },
      { request: 'comm_info_request' },
    ];
    const { cells } = await talk(folder, busy, '--together');
    const idle = (answer?: Answer): Told | undefined =>
      answer?.messages.findLast(({ content }) => content.execution_state === 'idle');
    const [loop, info, comms] = cells;
    expect(info?.reply).toMatchObject({ status: 'ok', protocol_version: expect.stringMatching(/^5\./) as string });
    expect(comms?.reply).toEqual({ status: 'ok', comms: {} });
    expect(loop?.reply).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(idle(info)?.at).toBeLessThan(idle(loop)?.at ?? 0);
    expect(idle(comms)?.at).toBeLessThan(idle(loop)?.at ?? 0);
  });
});
