import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INTERRUPT, SHARED_WORDS, type ToExecution } from 'kernel-lib/kernel/link';
import { Interrupts } from 'kernel-lib/kernel/messaging/interrupts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function makeInterrupts(): { interrupts: Interrupts; posted: ToExecution[]; shared: Int32Array; did: string[] } {
  const posted: ToExecution[] = [];
  const did: string[] = [];
  const shared = new Int32Array(new SharedArrayBuffer(SHARED_WORDS * Int32Array.BYTES_PER_ELEMENT));
  const interrupts = new Interrupts({
    shared,
    post: (message) => posted.push(message),
    terminate: () => did.push('terminate'),
    release: () => did.push('release'),
    log: () => did.push('log'),
  });
  return { interrupts, posted, shared, did };
}

describe('an interrupt', () => {
  it('is asked for, and stands in the shared memory', () => {
    const { interrupts, posted, shared } = makeInterrupts();
    interrupts.request();
    interrupts.request();
    expect(posted).toEqual([{ type: 'interrupt', serial: 1 }, { type: 'interrupt', serial: 2 }]); // prettier-ignore
    expect(Atomics.load(shared, INTERRUPT)).toBe(2);
  });

  it('uses no force on a main thread that hears it', () => {
    const { interrupts, did } = makeInterrupts();
    interrupts.ready();
    interrupts.request();
    interrupts.acknowledged(1);
    vi.advanceTimersByTime(60_000);
    expect(did).toEqual(['release']);
  });

  it('stops the script of one that does not, again and again until it hears', () => {
    const { interrupts, did } = makeInterrupts();
    interrupts.ready();
    interrupts.request();
    vi.advanceTimersByTime(149);
    expect(did).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(did).toEqual(['terminate']);
    vi.advanceTimersByTime(600);
    expect(did).toEqual(['terminate', 'terminate', 'terminate']);
    interrupts.acknowledged(1);
    vi.advanceTimersByTime(60_000);
    expect(did).toEqual(['terminate', 'terminate', 'terminate', 'release']);
  });

  it('takes no answer to an earlier one for its own', () => {
    const { interrupts, did } = makeInterrupts();
    interrupts.ready();
    interrupts.request();
    interrupts.request();
    interrupts.acknowledged(1);
    vi.advanceTimersByTime(150);
    expect(did).toEqual(['terminate']);
  });

  it('is given up some time, and says so', () => {
    const { interrupts, did } = makeInterrupts();
    interrupts.ready();
    interrupts.request();
    vi.advanceTimersByTime(3_600_000);
    expect(did).toEqual([...Array.from({ length: 20 }, () => 'terminate'), 'release', 'log']);
  });

  it('uses no force before a cell can run', () => {
    const { interrupts, did } = makeInterrupts();
    interrupts.request();
    vi.advanceTimersByTime(60_000);
    expect(did).toEqual([]);
  });
});
