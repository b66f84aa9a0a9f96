import { escapeHtml } from './mime';
import { numberText } from './number-text';
import { fraction, rate, secondsLeft, type ProgressState } from './progress-state';
import { textWidth, truncate } from './text-width';

const BAR_WIDTH = 20;
const NARROWEST_BAR = 5;

/** A bar as one line of text without the drawing: "training 37/100, 37%, 12.3/s, 5s left, loss 1.234". */
export function progressText(state: ProgressState): string {
  return [`${label(state)} ${count(state)}`, ...figures(state)].join(', ');
}

/** Nested bars, outermost first, as one terminal line of at most `columns` cells. The drawing shrinks before words go. */
export function progressLine(states: readonly ProgressState[], columns: number): string {
  const draw = (width: number): string =>
    states
      .map((state) => [label(state), drawing(state, width), count(state), ...figures(state)].filter(Boolean).join(' '))
      .join(' › ');
  const wide = draw(BAR_WIDTH);
  const spare = columns - textWidth(wide);
  const width = BAR_WIDTH + Math.floor(Math.min(0, spare) / Math.max(1, states.length));
  const line = spare >= 0 ? wide : draw(width >= NARROWEST_BAR ? width : 0);
  return truncate(line, columns);
}

/** Nested bars, outermost first, as HTML that a screen reader can follow. */
export function progressHtml(states: readonly ProgressState[]): string {
  return `<div class="kernel-lib-progress">${states.map(rowHtml).join('')}</div>`;
}

function rowHtml(state: ProgressState): string {
  const share = fraction(state);
  const percent = share === undefined ? undefined : Math.floor(share * 100);
  const name = escapeHtml(label(state));
  const words = escapeHtml([count(state), ...figures(state)].join(', '));
  const value = percent === undefined ? '' : ` aria-valuenow="${percent}"`;
  const colour = { running: '#1976d2', done: '#2e7d32', stopped: '#b26a00' }[state.status];
  const inner = `width: ${percent ?? (state.status === 'running' ? 50 : 100)}%; height: 100%; background: ${colour}`;
  return (
    `<div style="display: flex; align-items: center; gap: 0.75em"><span>${name}</span>` +
    `<div role="progressbar" aria-label="${name}" aria-valuemin="0" aria-valuemax="100"${value} aria-valuetext="${words}"` +
    ` style="flex: 0 0 12em; height: 0.6em; background: #8884"><div style="${inner}"></div></div>` +
    `<span style="font-variant-numeric: tabular-nums">${words}</span></div>`
  );
}

function drawing(state: ProgressState, width: number): string {
  const share = fraction(state);
  if (share === undefined || width === 0 || state.status !== 'running') return '';
  const full = Math.floor(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** A label on one line: a line break or an escape sequence would tear the display. */
function label(state: ProgressState): string {
  return state.label.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

function count({ done, total, status }: ProgressState): string {
  if (status === 'stopped') return total === undefined ? `stopped at ${done}` : `stopped at ${done} of ${total}`;
  return total === undefined ? String(done) : `${done}/${total}`;
}

function figures(state: ProgressState): string[] {
  const share = fraction(state);
  const perSecond = rate(state);
  const left = secondsLeft(state);
  const running = state.status === 'running';
  const words = [
    running && share !== undefined ? `${Math.floor(share * 100)}%` : '',
    perSecond === undefined ? '' : rateText(perSecond),
    running ? (left === undefined ? '' : `${durationText(left)} left`) : `in ${durationText(state.elapsed)}`,
    ...Object.entries(state.metrics).map(
      ([name, value]) => `${name} ${typeof value === 'number' ? numberText(value, 4) : value}`,
    ),
  ];
  return words.filter((word) => word !== '').map((word) => word.replace(/[\p{Cc}\s]+/gu, ' '));
}

function rateText(perSecond: number): string {
  return perSecond >= 1 ? `${numberText(perSecond, 3)}/s` : `${durationText(1 / perSecond)} each`;
}

/** Seconds for people: 8.1s, 45s, 3m 20s, 1h 05m. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}
