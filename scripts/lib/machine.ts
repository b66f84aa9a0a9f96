import os from 'node:os';

/** The machine that figures were measured on, and the day. */
export function describeMachine(): { processor: string; cores: number; system: string; date: string } {
  const cpus = os.cpus();
  return {
    ...{ processor: cpus[0]?.model.trim() ?? 'unknown', cores: cpus.length, system: `${os.platform()} ${os.arch()}` },
    date: new Date().toISOString().slice(0, 10),
  };
}
