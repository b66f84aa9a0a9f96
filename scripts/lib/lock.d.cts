/** Waits for the lock `file`, takes it, and resolves to what releases it; `tell` hears once that another process holds it. */
export function acquireLock(
  file: string,
  tell: (sentence: string) => void,
  timing?: { poll: number; patience: number },
): Promise<() => void>;

/** Where a project's set-up keeps its lock. */
export function lockFile(project: string): string;
