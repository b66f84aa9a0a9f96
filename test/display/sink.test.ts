import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentSink, display, setSink, streamSink } from 'kernel-lib/display/sink';
import { newDisplay } from 'kernel-lib/display/new-display';
import { show } from 'kernel-lib/display/show';
import { recorder } from './recorder';

type Global = typeof globalThis & { __tslab__?: unknown };

beforeEach(() => {
  setSink(undefined);
});
afterEach(() => {
  setSink(undefined);
  delete (globalThis as Global).__tslab__;
});

/** What stock tslab leaves behind: a require whose cache holds the module of the running kernel. */
function pretendTslab(exports: unknown): void {
  const cache = { [['', 'some', 'node_modules', 'tslab', 'dist', 'jupyter.js'].join('/')]: { exports } };
  (globalThis as Global).__tslab__ = { exports: {}, require: Object.assign(() => undefined, { cache }) };
}

describe('the sink in use', () => {
  it('is the one in the global slot, read at each use', () => {
    const { sink, shown } = recorder('notebook');
    Object.assign(globalThis, { [Symbol.for('kernel-lib.display-sink')]: sink });
    show('a');
    expect(shown).toEqual([{ bundle: { 'text/plain': 'a' } }]);
    expect(setSink(undefined)).toBe(sink);
    expect(currentSink()).not.toBe(sink);
  });

  it('is stock tslab inside tslab, and sends the whole bundle in one message', () => {
    const calls: unknown[] = [];
    pretendTslab({ lastWriteDisplayData: (...call: unknown[]) => calls.push(call) });
    display({ 'text/plain': 'plain', 'text/html': '<b>rich</b>', 'application/vnd.plotly.v1+json': { data: [] } });
    display({ 'text/plain': 'again' }, { displayId: 'd1', update: true, metadata: { kept: true } });
    expect(calls).toEqual([
      [
        {
          data: { 'text/plain': 'plain', 'text/html': '<b>rich</b>', 'application/vnd.plotly.v1+json': { data: [] } },
          metadata: {},
          transient: {},
        },
        false,
      ],
      [{ data: { 'text/plain': 'again' }, metadata: { kept: true }, transient: { display_id: 'd1' } }, true],
    ]);
  });

  it('prefers the kernel over stock tslab', () => {
    const calls: unknown[] = [];
    pretendTslab({ lastWriteDisplayData: (...call: unknown[]) => calls.push(call) });
    const { sink, shown } = recorder('notebook');
    setSink(sink);
    show('a');
    expect([shown.length, calls.length]).toEqual([1, 0]);
  });

  it('is a stream when tslab has not run a cell yet', () => {
    pretendTslab({ lastWriteDisplayData: null });
    expect(['terminal', 'log']).toContain(currentSink().kind);
  });

  it('tells a terminal from a log by isTTY, and asks the terminal for its width', () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text), isTTY: true, columns: 42 };
    const terminal = streamSink(stream);
    expect([terminal.kind, terminal.columns?.()]).toEqual(['terminal', 42]);
    stream.columns = 60;
    expect(terminal.columns?.()).toBe(60);
    expect(streamSink({ write: () => true }).kind).toBe('log');
    terminal.display({ 'text/plain': 'one' });
    terminal.display({ 'image/png': new Uint8Array(3) });
    expect(written).toEqual(['one\n', '[image/png]\n']);
  });
});

describe('display', () => {
  it('turns bytes into base64 for a notebook and leaves absent formats out', () => {
    const { sink, shown } = recorder('notebook');
    setSink(sink);
    display({ 'text/plain': 'p', 'text/html': undefined, 'image/png': new Uint8Array([1, 2, 3]) });
    expect(shown[0]?.bundle).toStrictEqual({ 'text/plain': 'p', 'image/png': 'AQID' });
  });

  it('never throws because the reader is gone', () => {
    setSink({
      kind: 'notebook',
      display: () => {
        throw new Error('closed');
      },
    });
    expect(() => {
      show('a');
    }).not.toThrow();
  });
});

describe('newDisplay', () => {
  it('shows once, then updates the same output', () => {
    const { sink, shown } = recorder('notebook');
    setSink(sink);
    const [first, second] = [newDisplay(), newDisplay()];
    first.update('1');
    second.update('a');
    first.update({ toMimeBundle: () => ({ 'text/plain': '2' }) });
    expect(first.id).not.toBe(second.id);
    expect(shown).toEqual([
      { bundle: { 'text/plain': '1' }, options: { displayId: first.id, update: false } },
      { bundle: { 'text/plain': 'a' }, options: { displayId: second.id, update: false } },
      { bundle: { 'text/plain': '2' }, options: { displayId: first.id, update: true } },
    ]);
  });
});
