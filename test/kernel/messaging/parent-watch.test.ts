import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchParent } from 'kernel-lib/kernel/messaging/parent-watch';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A system in which process 10 started this one, for process 20. */
function makeSystem(): { parent: number; alive: Set<number>; killed: number; watch(starter?: string): boolean } {
  const system = {
    parent: 10,
    alive: new Set([10, 20]),
    killed: 0,
    watch: (starter?: string) =>
      watchParent(starter ?? '', {
        parent: () => system.parent,
        exists: (pid) => system.alive.has(pid),
        kill: () => (system.killed += 1),
      }) !== undefined,
  };
  return system;
}

describe('the watch on the parent', () => {
  it('leaves a kernel alone whose parent lives', () => {
    const system = makeSystem();
    system.watch('20');
    vi.advanceTimersByTime(10_000);
    expect(system.killed).toBe(0);
  });

  it('ends a kernel whose parent is gone', () => {
    const system = makeSystem();
    system.watch('10');
    system.parent = 1;
    vi.advanceTimersByTime(1000);
    expect(system.killed).toBe(1);
  });

  it('ends a kernel behind a shell when Jupyter itself is gone', () => {
    const system = makeSystem();
    system.watch('20');
    system.alive.delete(20);
    vi.advanceTimersByTime(1000);
    expect(system.killed).toBe(1);
  });

  it('takes no process that it could never see for gone', () => {
    const system = makeSystem();
    system.watch('30');
    system.watch('not a number');
    vi.advanceTimersByTime(10_000);
    expect(system.killed).toBe(0);
  });

  it('leaves a kernel alone that is meant to outlive its parent', () => {
    const system = makeSystem();
    expect(system.watch()).toBe(false);
  });
});
