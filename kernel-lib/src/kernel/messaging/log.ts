import fs from 'node:fs';

const STDERR = 2;
const QUIET_MS = 10_000;

export type Log = (line: string) => void;

/** A log of at most one line in ten seconds, and how many were left out: whoever sends rubbish must not fill a disk. */
export function createLog(write: (text: string) => void = writeNow, now: () => number = () => performance.now()): Log {
  let next = -Infinity;
  let suppressed = 0;
  return (line) => {
    if (now() < next) {
      suppressed += 1;
      return;
    }
    const more = suppressed > 0 ? ` (and ${suppressed} more lines left out)` : '';
    suppressed = 0;
    next = now() + QUIET_MS;
    write(`[kernel] ${line}${more}\n`);
  };
}

// a worker's process.stderr goes through the main thread, which may be in an endless loop
function writeNow(text: string): void {
  try {
    fs.writeSync(STDERR, text);
  } catch {
    // nobody reads it
  }
}
