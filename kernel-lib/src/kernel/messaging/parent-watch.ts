import { killKernel } from './kill';

const POLL_MS = 1000;

/** What the watch asks of the system; tests bring their own. */
export interface Processes {
  /** The parent of this process now. */
  parent(): number;
  exists(pid: number): boolean;
  kill(): void;
}

const system: Processes = {
  parent: () => process.ppid,
  exists(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
  kill: killKernel,
};

/**
 * Ends the kernel when the process that started it is gone: a killed runner or server would leave it behind. Jupyter sets
 * JPY_PARENT_PID unless the kernel is meant to outlive it; where a shell stands between, that one and the parent differ.
 */
export function watchParent(
  starter: string | undefined = process.env.JPY_PARENT_PID,
  processes: Processes = system,
): NodeJS.Timeout | undefined {
  if (!starter) return undefined;
  const pid = Number(starter);
  const parent = processes.parent();
  // a starter that this process cannot see, in another container for instance, says nothing by being invisible
  const visible = Number.isInteger(pid) && pid > 0 && processes.exists(pid);
  return setInterval(() => {
    if (processes.parent() !== parent || (visible && !processes.exists(pid))) processes.kill();
  }, POLL_MS);
}
