import type { Report } from 'kernel-lib/setup';

/** What is needed of a stream: `process.stdout`, or a test's. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Between two lines of progress in a log; milliseconds. */
const patience = 10_000;

/** Prints set-up: on a terminal one live line a step, in a log a line when a step begins to take time, then its outcome. */
export function terminalReport(screen: Screen = process.stdout, now: () => number = Date.now): Report {
  let step = '';
  let begun = false;
  let last = 0;
  const clear = screen.isTTY ? '\r\x1b[K' : '';

  const live = (text: string): void => {
    screen.write(clear + text.slice(0, (screen.columns ?? 80) - 1));
  };
  const begin = (): void => {
    if (!begun && !screen.isTTY) screen.write(`… ${step}\n`);
    begun = true;
  };
  return {
    start(name) {
      step = name;
      begun = false;
      last = now();
      if (screen.isTTY) live(`… ${step}`);
    },
    progress(done, total, unit = 'items') {
      begin();
      const line = `… ${step}: ${amount(done, total, unit)}`;
      if (screen.isTTY) live(line);
      else if (now() - last >= patience) {
        last = now();
        screen.write(`${line}\n`);
      }
    },
    note(line) {
      begin();
      screen.write(`${clear}  ${line}\n`);
    },
    done(summary) {
      screen.write(`${clear}✓ ${step}: ${summary}\n`);
    },
  };
}

function amount(done: number, total: number | undefined, unit: 'bytes' | 'items'): string {
  const size = (value: number): string => (unit === 'bytes' ? `${Math.round(value / 1e6)} MB` : String(value));
  if (total === undefined || total === 0) return size(done);
  const percent = Math.floor((100 * done) / total);
  return unit === 'bytes' ? `${percent} % of ${size(total)}` : `${percent} %`;
}
