import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Received, zeromq } from './client';
import { fakeKernel } from './kernels';

let client: Client;
beforeAll(async () => {
  client = await Client.start({ command: fakeKernel });
});
afterAll(() => {
  client.close();
});

const state = async (expression: string): Promise<unknown> => {
  const id = client.execute(`result(JSON.stringify(${expression}))`, { store_history: false });
  await client.idle(id);
  const found = client.of(id).find(({ type }) => type === 'execute_result');
  return JSON.parse((found?.content.data as Record<string, string>)['text/plain'] ?? 'null');
};
const statuses = (replies: readonly Received[]): unknown[] => replies.map(({ content }) => content.status);
const LOOP = 'for (;;) {}';

describe('requests', () => {
  it('answers kernel_info between busy and idle, on shell and on control', async () => {
    for (const channel of ['shell', 'control'] as const) {
      const id = client.send(channel, 'kernel_info_request', {});
      const reply = await client.reply(id);
      expect(reply).toMatchObject({
        channel,
        type: 'kernel_info_reply',
        content: { status: 'ok', implementation: 'fake' },
      });
      await client.idle(id);
      expect(client.published(id)).toEqual(['busy', 'idle']);
    }
  });

  it('tells the ports', async () => {
    const { content } = await client.reply(client.send('shell', 'connect_request', {}));
    const { shell_port, control_port, stdin_port, iopub_port, hb_port } = client.connection;
    expect(content).toEqual({ status: 'ok', shell_port, control_port, stdin_port, iopub_port, hb_port });
  });

  it('passes completion and inspection on, with a cursor inside the code', async () => {
    const ask = async (type: string, content: object): Promise<unknown> =>
      (await client.reply(client.send('shell', type, content))).content;
    expect(await ask('complete_request', { code: 'ab', cursor_pos: 99, other: 1 })).toEqual({
      status: 'ok', type: 'complete', asked: { code: 'ab', cursor_pos: 2 },
    }); // prettier-ignore
    expect(await ask('inspect_request', { code: 'ab', cursor_pos: -4, detail_level: 1 })).toEqual({
      status: 'ok', type: 'inspect', asked: { code: 'ab', cursor_pos: 0, detail_level: 1 },
    }); // prettier-ignore
    expect(await ask('is_complete_request', { code: 'ab' })).toEqual({
      status: 'ok', type: 'is_complete', asked: { code: 'ab' },
    }); // prettier-ignore
  });

  it('waits for no language answer that never comes', async () => {
    const never = client.send('shell', 'complete_request', { code: 'never', cursor_pos: 0 });
    await client.reply(client.send('shell', 'complete_request', { code: 'x', cursor_pos: 0 }));
    expect((await client.run('1')).content.status).toBe('ok');
    expect(client.published(never)).toEqual(['busy']);
  });

  it('names what is wrong with a request', async () => {
    const { content } = await client.reply(client.send('shell', 'complete_request', { code: 3 }));
    expect(content).toMatchObject({
      status: 'error', ename: 'RequestError', evalue: 'The request needs code as a string, got 3.',
    }); // prettier-ignore
    const execute = await client.reply(client.send('shell', 'execute_request', { code: 'x', silent: 'no' }));
    expect(execute.content.evalue).toBe('The request needs silent as true or false, got "no".');
  });

  it('says busy and idle to a message that it does not know, and nothing else', async () => {
    const id = client.send('shell', 'mystery_request', {});
    await client.idle(id);
    expect(client.published(id)).toEqual(['busy', 'idle']);
    expect(client.received.filter(({ channel, parent }) => channel === 'shell' && parent.msg_id === id)).toEqual([]);
  });

  it('has no debugger, and says so', async () => {
    const { content } = await client.reply(client.send('control', 'debug_request', { seq: 7, command: 'initialize' }));
    expect(content).toMatchObject({ type: 'response', request_seq: 7, success: false, command: 'initialize' });
  });
});

describe('execution', () => {
  it('publishes under the parent of the cell, also after its end', async () => {
    // the second cell lets the first one's callback go on
    const later = 'void new Promise((go) => { state.goOn = go; }).then(() => { print("late"); });';
    const id = client.execute(`${later} print("a"); result("42")`);
    const reply = await client.reply(id);
    expect(reply.metadata.started).toMatch(/^\d{4}-.*Z$/);
    await client.idle(id);
    expect(client.published(id)).toEqual(['busy', 'execute_input', 'stream', 'execute_result', 'idle']);
    await client.run('state.goOn()');
    await client.find(({ content, parent }) => content.text === 'late' && parent.msg_id === id);
  });

  it('counts what is stored in the history', async () => {
    const first = (await client.run('1')).content.execution_count as number;
    const quiet = client.execute('print("q")', { silent: true });
    expect((await client.reply(quiet)).content.execution_count).toBe(first);
    await client.idle(quiet);
    expect(client.published(quiet)).not.toContain('execute_input');
    expect((await client.run('1', { store_history: false })).content.execution_count).toBe(first);
    expect((await client.run('1')).content.execution_count).toBe(first + 1);
  });

  it('tells an error before the reply, with the same words', async () => {
    const id = client.execute('throw new Error("boom")');
    const { content } = await client.reply(id);
    const told = { ename: 'Error', evalue: 'Error: boom', traceback: ['Error: boom'] };
    expect(content).toMatchObject({ status: 'error', ...told });
    await client.idle(id);
    expect(client.of(id).find(({ type }) => type === 'error')?.content).toEqual(told);
    expect(client.published(id)).toEqual(['busy', 'execute_input', 'error', 'idle']);
  });

  it('aborts what was sent before the error was told, between busy and idle', async () => {
    // a comm message, last on the same socket, tells the first one that the others have arrived
    const failing = 'while (!state.comms.pop()) await new Promise((done) => setTimeout(done, 5)); throw new Error("x")';
    const ids = [client.execute(failing), client.execute('1'), client.execute('2')];
    client.send('shell', 'comm_msg', { comm_id: 'go', data: {} });
    const replies = await Promise.all(ids.map((id) => client.reply(id)));
    expect(statuses(replies)).toEqual(['error', 'aborted', 'aborted']);
    expect(replies[2]?.content).toEqual({ status: 'aborted' });
    await client.idle(ids[2] ?? '');
    expect(client.published(ids[2] ?? '')).toEqual(['busy', 'idle']);
  });

  it('runs what is sent once the error was told', async () => {
    for (let round = 0; round < 10; round++) {
      const failing = client.execute('throw new Error("x")');
      await client.find(({ type, parent }) => type === 'error' && parent.msg_id === failing);
      expect((await client.run('1')).content.status).toBe('ok');
    }
  });

  it('goes on after an error that stops nothing', async () => {
    const ids = [
      client.execute('throw new Error("x")', { stop_on_error: false }),
      client.execute('throw new Error("x")', { silent: true }),
      client.execute('1'),
    ];
    expect(statuses(await Promise.all(ids.map((id) => client.reply(id))))).toEqual(['error', 'error', 'ok']);
    await client.idle(ids[2] ?? '');
    expect(client.published(ids[1] ?? '')).toEqual(['busy', 'idle']);
  });
});

describe('while a cell keeps the main thread busy', () => {
  it('answers, tells front ends that it is busy still, echoes heartbeats, and stops it', async () => {
    const heartbeat = new zeromq.Request();
    heartbeat.connect(`tcp://127.0.0.1:${client.connection.hb_port}`);
    const loop = client.execute(LOOP);
    await client.find(({ type, parent }) => type === 'execute_input' && parent.msg_id === loop);
    for (const [i, type] of ['complete_request', 'kernel_info_request', 'comm_info_request'].entries()) {
      const asked = client.send('shell', type, { code: '', cursor_pos: 0 });
      await client.idle(asked);
      const busy = (): number => client.published(loop).filter((state) => state === 'busy').length;
      await client.find(() => busy() === i + 2);
      const last = client.received.filter((message) => message.type === 'status').at(-1);
      expect(last).toMatchObject({ content: { execution_state: 'busy' }, parent: { msg_id: loop } });
    }
    await heartbeat.send([Buffer.from('ping')]);
    expect((await heartbeat.receive()).map(String)).toEqual(['ping']);
    heartbeat.close();
    const interrupt = client.send('control', 'interrupt_request', {});
    expect((await client.reply(interrupt)).content.status).toBe('ok');
    expect((await client.reply(loop)).content).toMatchObject({ status: 'error', evalue: 'interrupted' });
    expect((await client.run('1')).content.status).toBe('ok');
  });

  it('stops a loop on SIGINT, again and again', async () => {
    for (let round = 0; round < 3; round++) {
      const loop = client.execute(LOOP);
      await client.find(({ type, parent }) => type === 'execute_input' && parent.msg_id === loop);
      await delay(50);
      client.process.kill('SIGINT');
      expect((await client.reply(loop)).content.status).toBe('error');
    }
    expect((await client.run('1')).content.status).toBe('ok');
  });

  it('stops a cell that awaits, on request and on SIGINT', async () => {
    for (const stop of [() => client.send('shell', 'interrupt_request', {}), () => client.process.kill('SIGINT')]) {
      const waiting = client.execute('await new Promise(() => {})');
      await client.find(({ type, parent }) => type === 'execute_input' && parent.msg_id === waiting);
      await delay(50);
      stop();
      expect((await client.reply(waiting)).content.evalue).toMatch(/interrupted/);
    }
  });
});

describe('input', () => {
  const asked = async (id: string): Promise<Received> =>
    client.find(({ type, parent }) => type === 'input_request' && parent.msg_id === id);

  it('asks whoever sent the cell, and passes the answer on', async () => {
    const id = client.execute('result(await input("name? "))');
    const { content, channel, header } = await asked(id);
    expect({ content, channel }).toEqual({ content: { prompt: 'name? ', password: false }, channel: 'stdin' });
    client.send('stdin', 'input_reply', { value: 'stale' }, { msg_id: 'another question' });
    client.send('stdin', 'input_reply', { value: 'Ada' }, header);
    await client.idle(id);
    expect(client.of(id).find(({ type }) => type === 'execute_result')?.content.data).toEqual({ 'text/plain': 'Ada' });
  });

  it('takes an answer that names no question', async () => {
    const id = client.execute('result(await input("password: "))');
    expect((await asked(id)).content.password).toBe(true);
    client.send('stdin', 'input_reply', { value: 'secret' });
    await client.idle(id);
    expect(client.of(id).find(({ type }) => type === 'execute_result')?.content.data).toEqual({
      'text/plain': 'secret',
    });
  });

  it('ignores an answer that nobody waits for', async () => {
    const id = client.execute('await input("? ")');
    const first = await asked(id);
    client.send('control', 'interrupt_request', {});
    expect((await client.reply(id)).content.status).toBe('error');
    const next = client.execute('result(await input("? "))');
    const { header } = await asked(next);
    // one that names no question could be the next one's: see stdin.test.ts
    client.send('stdin', 'input_reply', { value: 'late' }, first.header);
    client.send('stdin', 'input_reply', { value: 'right' }, header);
    await client.idle(next);
    expect(client.of(next).find(({ type }) => type === 'execute_result')?.content.data).toEqual({
      'text/plain': 'right',
    });
  });
});

describe('comms', () => {
  it('reach the main thread at once, with their buffers, while a cell awaits', async () => {
    const waiting = client.execute('while (state.comms.length < 3) await new Promise((done) => setTimeout(done, 10))');
    const open = client.send('shell', 'comm_open', { comm_id: 'c1', target_name: 'slider', data: { value: 1 } });
    const moved = client.send('shell', 'comm_msg', { comm_id: 'c1', data: { value: 2 } }, {}, [Buffer.from([1, 2, 3])]);
    const close = client.send('shell', 'comm_close', { comm_id: 'c1', data: {} });
    expect((await client.reply(waiting)).content.status).toBe('ok');
    for (const id of [open, moved, close]) await client.idle(id);
    expect(client.published(moved)).toEqual(['busy', 'idle']);
    expect(await state('state.comms')).toEqual([
      ['comm_open', { comm_id: 'c1', target_name: 'slider', data: { value: 1 } }, []],
      ['comm_msg', { comm_id: 'c1', data: { value: 2 } }, [[1, 2, 3]]],
      ['comm_close', { comm_id: 'c1', data: {} }, []],
    ]);
  });

  it('are told by target', async () => {
    const comms = async (content: object): Promise<unknown> =>
      (await client.reply(client.send('shell', 'comm_info_request', content))).content;
    expect(await comms({})).toEqual({ status: 'ok', comms: { c1: { target_name: 'slider' } } });
    expect(await comms({ target_name: 'slider' })).toEqual({ status: 'ok', comms: { c1: { target_name: 'slider' } } });
    expect(await comms({ target_name: 'other' })).toEqual({ status: 'ok', comms: {} });
  });
});

describe('history', () => {
  it('has lines and results of this session', async () => {
    const line = (await client.run('result("7"); // unique cell')).content.execution_count;
    const { content } = await client.reply(
      client.send('shell', 'history_request', {
        hist_access_type: 'search',
        pattern: '*unique cell',
        output: true,
        raw: true,
      }),
    );
    expect(content).toEqual({ status: 'ok', history: [[1, line, ['result("7"); // unique cell', '7']]] });
  });
});

describe('signatures', () => {
  it('refuses a message that was sent before, and one that is signed by nobody', async () => {
    const { id, frames } = client.frames('execute_request', { code: 'state.once = (state.once ?? 0) + 1' });
    const unsigned = client.frames('execute_request', { code: 'state.unsigned = true' }).frames;
    unsigned[1] = Buffer.alloc(0);
    client.raw('shell', frames);
    client.raw('shell', unsigned);
    client.raw('shell', frames);
    client.raw('control', frames);
    await client.idle(id);
    expect(await state('[state.once, state.unsigned ?? false]')).toEqual([1, false]);
  });
});
