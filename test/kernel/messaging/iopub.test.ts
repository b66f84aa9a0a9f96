import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Received } from './client';
import { fakeKernel } from './kernels';

const LINES = 60_000;
const print = `for (let i = 0; i < ${LINES}; i++) print("line " + i)`;

let client: Client;
beforeAll(async () => {
  client = await Client.start({ command: fakeKernel });
});
afterAll(() => {
  client.close();
});

const expected = (lines: number): string[] => Array.from({ length: lines }, (_, i) => `line ${i}`);
const lines = (messages: readonly Received[]): unknown[] =>
  messages.filter(({ type }) => type === 'stream').map(({ content }) => content.text);

describe('sixty thousand lines', { timeout: 240_000 }, () => {
  it('arrive complete and in order at a fast reader, before the cell is idle', async () => {
    const id = client.execute(print);
    await client.idle(id);
    expect(client.published(id).at(-1)).toBe('idle');
    expect(lines(client.of(id))).toEqual(expected(LINES));
  });

  it('arrive complete and in order at a reader that stops for a while and is slow otherwise, and wait in little memory', async () => {
    const slow = client.connect(false);
    const iopub = slow.iopub;
    // its first message says that it is subscribed
    const welcome = client.parse('iopub', await iopub.receive());
    expect(welcome).toMatchObject({ type: 'iopub_welcome', content: { subscription: '' } });
    await client.run('state.before = process.memoryUsage().rss');
    const id = client.execute(
      `const pad = "x".repeat(1000); for (let i = 0; i < ${LINES}; i++) print("line " + i + pad)`,
    );
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
    const texts = lines(read).map((text) => String(text).replace(/x+$/, ''));
    expect(texts).toEqual(expected(LINES));
    const grown = client.execute('result(String((process.memoryUsage().rss - state.before) / 2 ** 20))');
    await client.idle(grown);
    const result = client.of(grown).find(({ type }) => type === 'execute_result')?.content.data as Record<
      string,
      string
    >;
    // 60 MB of lines went through
    expect(Number(result['text/plain'])).toBeLessThan(60);
    for (const socket of Object.values(slow)) socket.close();
  });

  it('hold the kernel up no longer than the reader is there', async () => {
    const gone = client.connect(false);
    await gone.iopub.receive();
    const id = client.execute(
      `const pad = "x".repeat(1000); for (let i = 0; i < ${LINES}; i++) print("line " + i + pad)`,
    );
    await delay(1000);
    expect(client.published(id)).not.toContain('idle');
    for (const socket of Object.values(gone)) socket.close();
    await client.find(({ parent, content }) => parent.msg_id === id && content.execution_state === 'idle', 60_000);
    expect(lines(client.of(id))).toHaveLength(LINES);
  });
});

it('stops a cell on interrupt that waits for a reader', async () => {
  const stuck = client.connect(false);
  await stuck.iopub.receive();
  const id = client.execute('const pad = "x".repeat(1000); for (;;) print(pad)');
  await delay(1000);
  client.send('control', 'interrupt_request', {});
  expect((await client.reply(id)).content.status).toBe('error');
  for (const socket of Object.values(stuck)) socket.close();
  await client.idle(id);
});
