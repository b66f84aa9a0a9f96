import { beforeAll, describe, expect, it } from 'vitest';
import { drive, type Ran, type Step } from './drive';

const host = "globalThis[Symbol.for('kernel-lib.notebook-host')]";
const sink = "globalThis[Symbol.for('kernel-lib.display-sink')]";
const told = (ran: Ran | undefined): unknown[] =>
  (ran?.outputs ?? []).map(({ message, content }) => [message, content]);

async function results(...steps: (Step | string)[]): Promise<Ran[]> {
  return drive(steps);
}

describe('input', () => {
  let ran: Ran[];
  beforeAll(async () => {
    const ask = "__kernel.result([await input('name? '), await input('again? ', { password: true })]);";
    const both = '__kernel.result(await Promise.all([input("a"), input("b")]));';
    ran = await results(
      { code: ask, answers: ['Ada', 'secret'] },
      { code: both, answers: ['1', '2'] },
      ask,
      { code: 'let later; setTimeout(() => { later = input("late").catch((e) => e.message); }, 200);', answers: [] },
      { code: 'await new Promise((r) => setTimeout(r, 400)); __kernel.result(await later);', answers: [] },
    );
  });

  it('asks one question after the other', () => {
    expect(ran[0]?.result).toBe("[ 'Ada', 'secret' ]");
    expect(ran[1]?.result).toBe("[ '1', '2' ]");
  });

  it('says so where nobody can be asked', () => {
    expect(ran[2]?.failure?.evalue).toBe(
      'input() cannot ask: this notebook runs with nobody to answer. Give the value in the cell, or run it in JupyterLab.',
    );
  });

  it('belongs to a cell that runs', () => {
    expect(ran[4]?.result).toBe("'input() was called after its cell had ended: await it inside the cell.'");
  });
});

describe('what a cell shows', () => {
  it('goes out whole, in order, under its own cell', async () => {
    const [shown, late] = await results(
      `console.log('before'); ${sink}.display({ 'text/plain': 'x' }, { displayId: 'one', metadata: { wide: true } });
       ${sink}.display({ 'text/plain': 'y' }, { displayId: 'one', update: true }); ${sink}.clear(true); console.log('after');
       const show = ${sink}.display; setTimeout(() => show({ 'text/plain': 'late' }), 250);`,
      'await new Promise((r) => setTimeout(r, 500)); undefined;',
    );
    const transient = { display_id: 'one' };
    expect(told(shown)).toEqual([
      ['stream', { name: 'stdout', text: 'before\n' }],
      ['display_data', { data: { 'text/plain': 'x' }, metadata: { wide: true }, transient }],
      ['update_display_data', { data: { 'text/plain': 'y' }, metadata: {}, transient }],
      ['clear_output', { wait: true }],
      ['stream', { name: 'stdout', text: 'after\n' }],
      ['display_data', { data: { 'text/plain': 'late' }, metadata: {}, transient: {} }],
    ]);
    expect(told(late)).toEqual([]);
  });

  it('by way of stock tslab’s own display goes out too', async () => {
    const [ran] = await results(
      "const tslab = (await __kernel.module('tslab')); tslab.display.html('<b>x</b>'); const d = tslab.newDisplay(); d.text('a'); d.text('b');",
    );
    expect(ran?.outputs.map(({ message, content }) => [message, content.data])).toEqual([
      ['display_data', { 'text/html': '<b>x</b>' }],
      ['display_data', { 'text/plain': 'a' }],
      ['update_display_data', { 'text/plain': 'b' }],
    ]);
  });

  it('as its last value stands in its reply, and user expressions stand beside it', async () => {
    const [value, nothing, silent, text, failed] = await results(
      {
        code: 'let n = 2; __kernel.result(n);',
        userExpressions: { ok: '__kernel.result(n * 2);', bad: 'throw new Error("no");' },
      },
      '__kernel.result(undefined);',
      { code: '__kernel.result(1); console.log("heard");', silent: true },
      '__kernel.result("");',
      { code: 'throw 1;', userExpressions: { never: '1' } },
    );
    expect(value?.outputs).toMatchObject([{ message: 'execute_result', content: { execution_count: 1, data: { 'text/plain': '2' } } }]); // prettier-ignore
    expect(value?.userExpressions).toMatchObject({
      ok: { status: 'ok', data: { 'text/plain': '4' }, metadata: {} },
      bad: { status: 'error', ename: 'Error', evalue: 'no' },
    });
    expect([nothing?.outputs, silent?.outputs.length, silent?.printed]).toEqual([[], 1, 'heard\n']);
    expect(text?.result).toBe("''");
    expect(failed?.userExpressions).toEqual({});
  });
});

describe('a comm', () => {
  it('carries messages both ways, under the request that they answer', async () => {
    const open = `const comm = ${host}.openComm('target', { data: { a: 1 }, id: 'c1' });
      comm.onMessage((data) => { comm.send({ echo: data }); console.log('got', data.n); return new Promise((r) => setTimeout(() => { comm.send({ later: true }); r(); }, 20)); });
      comm.onClose(() => console.log('closed'));`; // prettier-ignore
    const ran = await results(
      open,
      { comm: { message: 'comm_msg', content: { comm_id: 'c1', data: { n: 3 } } } },
      { comm: { message: 'comm_close', content: { comm_id: 'c1', data: {} } } },
      'try { comm.send({}); } catch (e) { __kernel.result(e.message); }',
    );
    expect(told(ran[0])).toEqual([
      ['comm_open', { comm_id: 'c1', target_name: 'target', data: { a: 1 } }],
      ['stream', { name: 'stdout', text: 'got 3\n' }],
      ['comm_msg', { comm_id: 'c1', data: { later: true } }],
      ['stream', { name: 'stdout', text: 'closed\n' }],
    ]);
    expect(told(ran[1])).toEqual([['comm_msg', { comm_id: 'c1', data: { echo: { n: 3 } } }]]);
    expect(ran[3]?.result).toBe(`'The comm to "target" is closed: open another.'`);
  });

  it('can be opened from the page, where a cell waits for it', async () => {
    const accept = `${host}.onComm('wanted', (comm, data) => { console.log('opened', data.a); comm.close({ bye: 1 }); });`;
    const opened = (target: string): Step => ({ comm: { message: 'comm_open', content: { comm_id: 'c2', target_name: target, data: { a: 5 } } } }); // prettier-ignore
    const ran = await results(accept, opened('wanted'), opened('unknown'));
    expect(ran[0]?.printed).toBe('opened 5\n');
    expect(told(ran[1])).toEqual([['comm_close', { comm_id: 'c2', data: { bye: 1 } }]]);
    expect(told(ran[2])).toEqual([['comm_close', { comm_id: 'c2', data: {} }]]);
  });

  it('whose listener throws is heard of in the next cell', async () => {
    const open = `const comm = ${host}.openComm('t', { id: 'c3' }); comm.onMessage(async () => { await null; throw new Error('in the listener'); });`;
    const ran = await results(open, { comm: { message: 'comm_msg', content: { comm_id: 'c3', data: {} } } }, '1;');
    expect(ran[0]?.printed).toContain('Error: in the listener');
    expect(ran[2]?.failure?.evalue).toMatch(/^cell \[1\] left an error behind .* in the listener$/);
  });

  it('whose listener is stopped is handled all the same, and the page reads why', async () => {
    const open = `const comm = ${host}.openComm('t', { id: 'c4' });
      comm.onMessage(async ({ late }) => { if (late) await null; while (true) {} });`;
    const sent = (late: boolean): Step => ({ comm: { message: 'comm_msg', content: { comm_id: 'c4', data: { late } } }, interruptAfter: 200 }); // prettier-ignore
    const ran = await results(open, sent(false), sent(true), '__kernel.result("free");');
    expect(ran[0]?.printed).toBe('KeyboardInterrupt: interrupted\n'.repeat(2));
    expect(ran[3]?.result).toBe("'free'");
  });
});
