import { setTimeout as wait } from 'node:timers/promises';
import { setSink } from 'kernel-lib/display/sink';
import { showWriting } from 'kernel-lib/display/show-writing';
import { afterEach, describe, expect, it } from 'vitest';
import { recorder } from './recorder';

afterEach(() => {
  setSink(undefined);
});

async function* slowly(pieces: readonly string[], milliseconds = 60): AsyncGenerator<string, void, undefined> {
  for (const piece of pieces) {
    await wait(milliseconds);
    yield piece;
  }
}
const page = () => {
  const { sink, shown } = recorder('notebook');
  setSink(sink);
  return { shown, texts: () => shown.map(({ bundle }) => bundle['text/plain']) };
};

describe('showWriting', () => {
  it('grows in place on the page, and is whole at the end', async () => {
    const { shown, texts } = page();
    expect(await showWriting(slowly(['a', 'b', 'c']), '> ')).toBe('> abc');
    expect(texts()[0]).toBe('> ');
    expect(texts()).toContain('> a');
    expect(texts().at(-1)).toBe('> abc');
    expect(new Set(shown.map(({ options }) => options?.displayId)).size).toBe(1);
    expect(shown.map(({ options }) => options?.update)).toEqual([false, ...shown.slice(1).map(() => true)]);
  });

  it('does not send every character of a fast text', async () => {
    const { shown, texts } = page();
    await showWriting('x'.repeat(2000));
    expect(shown.length).toBeLessThan(100);
    expect(texts().at(-1)).toBe('x'.repeat(2000));
  });

  it('leaves on the page what was written before a failure', async () => {
    const { texts } = page();
    const failing = (async function* () {
      yield* slowly(['a', 'b'], 1);
      throw new Error('out of ink');
    })();
    await expect(showWriting(failing)).rejects.toThrow('out of ink');
    expect(texts().at(-1)).toBe('ab');
  });

  it.each(['log', 'terminal'] as const)('writes piece by piece, and a line end, on a %s', async (kind) => {
    const { sink, shown, written } = recorder(kind);
    setSink(sink);
    await showWriting(slowly(['a', 'b'], 1), '> ');
    expect(written).toEqual(['> ', 'a', 'b', '\n']);
    expect(shown).toEqual([]);
  });
});
