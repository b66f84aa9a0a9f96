import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, type Received } from './client';
import { fakeKernel } from './kernels';

const LINES = 60_000;
/** Sends each line as a message of its own, padded to about a kilobyte. */
const show = `for (let i = 0; i < ${LINES}; i++) show("line " + i + "x".repeat(1000))`;

let client: Client;
beforeEach(async () => {
  client = await Client.start({ command: fakeKernel });
});
afterEach(() => {
  client.close();
});

const expected = Array.from({ length: LINES }, (_, i) => `line ${i}`);
const shown = (messages: readonly Received[]): string[] =>
  messages
    .filter(({ type }) => type === 'display_data')
    .map(({ content }) => ((content.data as Record<string, string>)['text/plain'] ?? '').replace(/x+$/, ''));

describe('sixty thousand messages', { timeout: 240_000 }, () => {
  it('arrive complete and in order at a fast reader, before the cell is idle', async () => {
    const id = client.execute(show);
    await client.idle(id);
    expect(client.published(id).at(-1)).toBe('idle');
    expect(shown(client.of(id))).toEqual(expected);
  });

  it('arrive complete and in order at a reader that stops for a while and is slow after, and wait in little memory', async () => {
    const slow = client.connect(false);
    const { iopub } = slow;
    // its first message says that it is subscribed
    const welcome = client.parse('iopub', await iopub.receive());
    expect(welcome).toMatchObject({ type: 'iopub_welcome', content: { subscription: '' } });
    await client.run('state.before = process.memoryUsage().rss');
    const id = client.execute(show);
    await delay(1500);
    // nobody reads, so the cell waits
    expect(client.published(id)).not.toContain('idle');
    const read: Received[] = [];
    for (;;) {
      const message = client.parse('iopub', await iopub.receive());
      if (message.parent.msg_id === id) read.push(message);
      if (message.parent.msg_id === id && message.content.execution_state === 'idle') break;
      if (read.length % 500 === 0) await delay(5);
    }
    expect(shown(read)).toEqual(expected);
    const grown = client.execute('result(String((process.memoryUsage().rss - state.before) / 2 ** 20))');
    await client.idle(grown);
    const result = client.of(grown).find(({ type }) => type === 'execute_result')?.content.data;
    // 60 MB went through
    expect(Number((result as Record<string, string>)['text/plain'])).toBeLessThan(60);
    for (const socket of Object.values(slow)) socket.close();
  });

  it('hold the kernel up no longer than the reader is there', async () => {
    const gone = client.connect(false);
    await gone.iopub.receive();
    const id = client.execute(show);
    await delay(1000);
    expect(client.published(id)).not.toContain('idle');
    for (const socket of Object.values(gone)) socket.close();
    await client.find(({ parent, content }) => parent.msg_id === id && content.execution_state === 'idle');
    expect(shown(client.of(id))).toEqual(expected);
  });
});

it('brings sixty thousand printed lines in few messages, and to a late reader too', async () => {
  const late = client.connect(false);
  await late.iopub.receive();
  const id = client.execute(`for (let i = 0; i < ${LINES}; i++) print("line " + i + "\\n")`);
  await client.idle(id);
  const read: Received[] = [];
  do read.push(client.parse('iopub', await late.iopub.receive()));
  while (read.at(-1)?.parent.msg_id !== id || read.at(-1)?.content.execution_state !== 'idle');
  for (const messages of [client.of(id), read]) {
    const streams = messages.filter(({ type, parent }) => type === 'stream' && parent.msg_id === id);
    expect(streams.map(({ content }) => content.text).join('')).toBe(expected.map((line) => `${line}\n`).join(''));
    expect(streams.length).toBeLessThan(1000);
  }
  for (const socket of Object.values(late)) socket.close();
});

it('stops a cell on interrupt that waits for a reader', async () => {
  const stuck = client.connect(false);
  await stuck.iopub.receive();
  const id = client.execute('const pad = "x".repeat(1000); for (;;) show(pad)');
  await client.find(({ type, parent }) => type === 'display_data' && parent.msg_id === id);
  // time enough for all queues to fill
  await delay(1000);
  client.send('control', 'interrupt_request', {});
  expect((await client.reply(id)).content.status).toBe('error');
  for (const socket of Object.values(stuck)) socket.close();
  await client.idle(id);
});
