import fs from 'node:fs';

/** Whether a process still runs; a zombie that nobody reaps has ended. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
