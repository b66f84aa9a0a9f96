import { randomUUID } from 'node:crypto';
import { fraction, type ProgressState } from './progress-state';
import { progressHtml, progressLine, progressText } from './progress-text';
import { attempt, currentSink, display, type DisplaySink } from './sink';

/** Draws a bar and those nested in it, outermost first. */
export interface ProgressPainter {
  /** Milliseconds that must lie between two pictures; 0 where the painter itself decides what is worth a line. */
  readonly interval: number;
  paint(states: readonly [ProgressState, ...ProgressState[]]): void;
}

const INTERVAL = 100;
const LOG_LINES = 10;

export function progressPainter(kind: DisplaySink['kind']): ProgressPainter {
  switch (kind) {
    case 'notebook':
      return notebookPainter();
    case 'terminal':
      return terminalPainter();
    case 'log':
      return logPainter();
  }
}

function notebookPainter(): ProgressPainter {
  const displayId = randomUUID();
  let shown = false;
  return {
    interval: INTERVAL,
    paint: (states): void => {
      const bundle = { 'text/plain': states.map(progressText).join('\n'), 'text/html': progressHtml(states) };
      display(bundle, { displayId, update: shown });
      shown = true;
    },
  };
}

function terminalPainter(): ProgressPainter {
  return {
    interval: INTERVAL,
    paint: (states): void => {
      const sink = currentSink();
      // The last column stays free: a terminal that wraps there would turn every picture into a line of its own.
      const columns = Math.max(1, (sink.columns?.() ?? 80) - 1);
      const end = states[0].status === 'running' ? '' : '\n';
      attempt(() => sink.write?.(`\r${progressLine(states, columns)}\u001b[K${end}`));
    },
  };
}

/** At most ten lines for a bar: each tenth of a known total, each power of ten of an unknown one, and the end. */
function logPainter(): ProgressPainter {
  let reached = 0;
  return {
    interval: 0,
    paint: ([state]): void => {
      const share = fraction(state);
      const tenth =
        share === undefined ? Math.floor(Math.log10(Math.max(1, state.done))) : Math.floor(share * LOG_LINES);
      const ended = state.status !== 'running';
      if (!ended && (tenth <= reached || tenth >= LOG_LINES)) return;
      reached = tenth;
      display({ 'text/plain': progressText(state) });
    },
  };
}
