import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { input, type Terminal } from 'kernel-lib/display/input';
import { HOST_SLOT } from 'kernel-lib/display/notebook-host';

const slots = globalThis as { [HOST_SLOT]?: unknown };
afterEach(() => {
  Reflect.deleteProperty(slots, HOST_SLOT);
});

function pretendTerminal(isTTY = true): { terminal: Terminal; type: (text: string) => void; seen: () => string } {
  const from = Object.assign(new PassThrough(), { isTTY });
  const to = new PassThrough();
  let seen = '';
  to.on('data', (chunk) => (seen += String(chunk)));
  return { terminal: { input: from, output: to }, type: (text) => from.write(text), seen: () => seen };
}

describe('input', () => {
  it('asks the notebook where there is one', async () => {
    const asked: unknown[] = [];
    slots[HOST_SLOT] = { input: (...question: unknown[]) => Promise.resolve(asked.push(question) && 'Ada') };
    expect(await input('name? ', { password: true })).toBe('Ada');
    expect(await input()).toBe('Ada');
    expect(asked).toEqual([
      ['name? ', { password: true }],
      ['', {}],
    ]);
  });

  it('asks on a terminal, and shows what is typed', async () => {
    const { terminal, type, seen } = pretendTerminal();
    const answer = input('name? ', {}, terminal);
    type('Ada\rmore');
    expect(await answer).toBe('Ada');
    expect(seen()).toContain('name? ');
    expect(seen()).toContain('Ada');
  });

  it('does not show a password', async () => {
    const { terminal, type, seen } = pretendTerminal();
    const answer = input('secret? ', { password: true }, terminal);
    type('open sesame\r');
    expect(await answer).toBe('open sesame');
    expect(seen()).toBe('secret? \n');
  });

  it('says what is missing: a terminal, an answer, a prompt', async () => {
    const nobody =
      'input: there is nobody to ask, for standard input is no terminal; run this in JupyterLab or in a terminal.';
    await expect(input('name? ', {}, pretendTerminal(false).terminal)).rejects.toThrow(nobody);
    const { terminal, type } = pretendTerminal();
    const answer = input('name? ', {}, terminal);
    type('\u0004');
    await expect(answer).rejects.toThrow('input: the terminal was closed before there was an answer.');
    await expect(input(3 as never)).rejects.toThrow('input: prompt is 3; expected a text.');
  });
});
