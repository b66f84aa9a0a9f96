import { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

interface Spawning {
  spawn: (this: ChildProcess, ...values: unknown[]) => unknown;
}

/** Remembers the processes that cells start, so that none outlives the kernel. */
export function watchChildren(): void {
  const prototype = ChildProcess.prototype as unknown as Spawning;
  const original = prototype.spawn;
  prototype.spawn = function (...values): unknown {
    const result = original.apply(this, values);
    if (this.pid !== undefined && (values[0] as { detached?: boolean } | undefined)?.detached !== true) {
      children.add(this);
      this.once('exit', () => children.delete(this));
    }
    return result;
  };
}

/** Ends them. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}
