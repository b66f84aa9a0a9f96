import { describe, expect, it } from 'vitest';
import { drain } from 'kernel-lib/kernel/messaging/drain';
import { LanguageRequests } from 'kernel-lib/kernel/messaging/language-requests';
import { createLog } from 'kernel-lib/kernel/messaging/log';
import { Parents } from 'kernel-lib/kernel/messaging/parents';
import type { Request } from 'kernel-lib/kernel/messaging/wire';
import type { FromLanguage, ToLanguage } from 'kernel-lib/kernel/link';

const request = (id: string): Request => ({
  channel: 'shell', identities: [], id, type: 'execute_request', header: Buffer.from(id),
  parent: {}, metadata: {}, content: { code: 'x' }, buffers: [Buffer.from('b')],
}); // prettier-ignore

describe('the log', () => {
  it('writes a line in ten seconds at most, and how many it left out', () => {
    const written: string[] = [];
    let now = 0;
    const log = createLog((text) => written.push(text), () => now); // prettier-ignore
    for (let i = 0; i < 1000; i++) log(`line ${i}`);
    now = 10_000;
    log('later');
    expect(written).toEqual(['[kernel] line 0\n', '[kernel] later (and 999 more lines left out)\n']);
  });
});

describe('parents', () => {
  it('are known by their id, without what is big', () => {
    const parents = new Parents();
    expect(parents.add(request('a'))).toBe('a');
    expect(parents.get('a')).toEqual({
      ...request('a'),
      header: Uint8Array.from(Buffer.from('a')),
      content: {},
      buffers: [],
    });
    expect(parents.get('b')).toBeUndefined();
  });

  it('are told apart when a client uses an id twice', () => {
    const parents = new Parents();
    expect([1, 2, 3].map(() => parents.add(request('a')))).toEqual(['a', 'a (2)', 'a (3)']);
  });

  it('are forgotten when thousands came after, unless they still print', () => {
    const parents = new Parents();
    parents.add(request('quiet'));
    parents.add(request('loud'));
    for (let i = 0; i < 5000; i++) {
      parents.add(request(`${i}`));
      parents.get('loud');
    }
    expect(parents.get('quiet')).toBeUndefined();
    expect(parents.get('loud')).toBeDefined();
  });
});

describe('the drain', () => {
  it('goes on for as long as requests arrive, but not for ever', async () => {
    let looked = 0;
    await drain(() => Math.min((looked += 1), 5));
    expect(looked).toBeGreaterThanOrEqual(5);
    let endless = 0;
    await drain(() => (endless += 1));
    expect(endless).toBeLessThan(50);
  });
});

describe('requests to the language thread', () => {
  function makePort(): {
    readonly asked: ToLanguage[];
    readonly language: LanguageRequests;
    readonly tell: (message: FromLanguage) => void;
    readonly close: () => void;
  } {
    const asked: ToLanguage[] = [];
    const listeners: Record<string, (message: FromLanguage) => void> = {};
    const port = {
      postMessage: (message: ToLanguage) => asked.push(message),
      on: (event: string, listener: (message: FromLanguage) => void) => (listeners[event] = listener),
    };
    const close: FromLanguage = { type: 'answer', serial: -1, content: {} };
    return {
      asked,
      language: new LanguageRequests(port, 50),
      tell: (message) => listeners.message?.(message),
      close: () => listeners.close?.(close),
    };
  }

  it('find their answers in any order', async () => {
    const { asked, language, tell } = makePort();
    const answers = [language.ask('complete', { code: 'a' }), language.ask('complete', { code: 'b' })];
    for (const { serial } of asked.toReversed()) tell({ type: 'answer', serial, content: { serial } });
    expect(await Promise.all(answers)).toEqual(asked.map(({ serial }) => ({ serial })));
  });

  it('end with an error when no answer comes, or the thread is gone', async () => {
    const { language, close } = makePort();
    await expect(language.ask('inspect', { code: 'a' })).rejects.toThrow(/has not answered for 0\.05 s/);
    const pending = language.ask('inspect', { code: 'a' });
    close();
    await expect(pending).rejects.toThrow('The language service has ended: restart the kernel.');
    await expect(language.ask('inspect', { code: 'a' })).rejects.toThrow('has ended');
  });
});
