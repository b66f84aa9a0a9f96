import { describe, expect, it } from 'vitest';
import { Sender, type Frames } from 'kernel-lib/kernel/messaging/sender';

const frame = (text: string): Frames => [Buffer.from(text)];
const busy = (): Error => Object.assign(new Error('busy'), { code: 'EAGAIN' });

/** A sender to a fake socket whose first sends fail as told. */
function makeSender(errors: readonly Error[] = []): {
  sender: Sender;
  sent: string[];
  logged: string[];
  sending: number;
} {
  const waiting = [...errors];
  const made = { sent: [] as string[], logged: [] as string[], sending: 0 };
  const outlet = {
    async send(frames: Frames): Promise<void> {
      made.sending += 1;
      if (made.sending > 1) throw new Error('two sends at once');
      await Promise.resolve();
      made.sending -= 1;
      const error = waiting.shift();
      if (error) throw error;
      made.sent.push(String(frames[0]));
    },
  };
  return Object.assign(made, { sender: new Sender(outlet, (line) => made.logged.push(line)) });
}

describe('a sender', () => {
  it('sends one message after the other', async () => {
    const { sender, sent } = makeSender();
    const taken: string[] = [];
    const texts = Array.from({ length: 1000 }, (_, i) => `${i}`);
    for (const text of texts) sender.push(frame(text), () => taken.push(text));
    expect(taken).toEqual([]);
    await sender.drained();
    expect(sent).toEqual(texts);
    expect(taken).toEqual(texts);
  });

  it('tries again for as long as the socket is busy, and drops nothing', async () => {
    const { sender, sent, logged } = makeSender(Array.from({ length: 25 }, busy));
    let taken = 0;
    sender.push(frame('a'), () => (taken = sent.length));
    sender.push(frame('b'));
    await sender.drained();
    expect(sent).toEqual(['a', 'b']);
    expect(taken).toBe(1);
    expect(logged).toEqual([]);
  });

  it('gives up a message that can never be sent, and says so', async () => {
    const { sender, sent, logged } = makeSender([new Error('no host')]);
    let taken = false;
    sender.push(frame('a'), () => (taken = true));
    sender.push(frame('b'));
    await sender.drained();
    expect(sent).toEqual(['b']);
    expect(taken).toBe(true);
    expect(logged).toEqual(['a message could not be sent: Error: no host']);
  });

  it('takes messages while it sends, and after', async () => {
    const { sender, sent } = makeSender();
    sender.push(frame('a'), () => { sender.push(frame('b')); }); // prettier-ignore
    await sender.drained();
    sender.push(frame('c'));
    await sender.drained();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('lets other events happen during a flood', async () => {
    const { sender, sent } = makeSender();
    for (let i = 0; i < 10_000; i++) sender.push(frame('x'));
    const at = await new Promise<number>((resolve) => setImmediate(() => { resolve(sent.length); })); // prettier-ignore
    expect(at).toBeLessThan(1000);
    await sender.drained();
    expect(sent).toHaveLength(10_000);
  });

  it('counts what waits as taken once it is closed, and sends nothing more', async () => {
    const { sender, sent } = makeSender(Array.from({ length: 1000 }, busy));
    let taken = 0;
    for (let i = 0; i < 3; i++) sender.push(frame('x'), () => taken++);
    await Promise.resolve();
    sender.close();
    sender.push(frame('x'), () => taken++);
    await sender.drained();
    expect({ taken, sent }).toEqual({ taken: 4, sent: [] });
  });
});
