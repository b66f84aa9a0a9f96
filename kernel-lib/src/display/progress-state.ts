/** Figures shown beside a bar: `{ loss: 1.23, perplexity: 3.4 }`. */
export type Metrics = Readonly<Record<string, number | string>>;

/** All that there is to say about a bar at one moment; what it looks like is decided elsewhere. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  /** Absent when nobody knows how many there will be. */
  readonly total: number | undefined;
  /** Items that were there before this bar began: they say nothing about the rate. */
  readonly start: number;
  /** Seconds since the bar began. */
  readonly elapsed: number;
  readonly metrics: Metrics;
  readonly status: 'running' | 'done' | 'stopped';
}

/** The share that is done, in [0, 1]; undefined without a total. */
export function fraction({ done, total }: ProgressState): number | undefined {
  if (total === undefined) return undefined;
  return total === 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

/** Items a second over the whole run so far; undefined before the first one. */
export function rate({ done, start, elapsed }: ProgressState): number | undefined {
  return elapsed > 0 && done > start ? (done - start) / elapsed : undefined;
}

/** Seconds left at the present rate; undefined while there is no telling. */
export function secondsLeft(state: ProgressState): number | undefined {
  const perSecond = rate(state);
  if (state.total === undefined || perSecond === undefined) return undefined;
  return Math.max(0, state.total - state.done) / perSecond;
}
