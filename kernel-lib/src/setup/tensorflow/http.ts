import { setTimeout as sleep } from 'node:timers/promises';
import { DamagedDownload, TransferError, reasonOf } from './errors';
import { isDiskError } from './space';

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Pauses between attempts that brought nothing new; their number is the number of retries; ms. */
  readonly pauses?: readonly number[];
  /** An attempt without a byte for so long is given up; ms. */
  readonly stallAfter?: number;
}

const defaultPauses: readonly number[] = [500, 1000, 2000, 4000];

/** One attempt: `alive()` is to be called at each sign of life. */
type Attempt<Result> = (signal: AbortSignal, alive: () => void) => Promise<Result>;

/**
 * Runs `attempt` until it succeeds. Attempts that follow `progress` growing start counting afresh: a bad line that moves
 * some bytes each time gets there in the end.
 * @throws {TransferError} after the last retry, or at once where a retry cannot help.
 */
export async function withRetries<Result>(
  attempt: Attempt<Result>,
  progress: () => number,
  options: TransferOptions,
): Promise<Result> {
  const pauses = options.pauses ?? defaultPauses;
  let best = progress();
  for (let failures = 0; ; failures++) {
    try {
      return await attemptOnce(attempt, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isWorthRetrying(error)) throw error;
      if (progress() > best) failures = 0;
      best = Math.max(best, progress());
      const pause = pauses[failures];
      if (pause === undefined) throw error instanceof TransferError ? error : networkError(error);
      await sleep(pause, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
}

async function attemptOnce<Result>(attempt: Attempt<Result>, options: TransferOptions): Promise<Result> {
  const stallAfter = options.stallAfter ?? 30_000;
  const stall = new AbortController();
  const giveUp = (): void => {
    stall.abort(new TransferError('network', `no data for ${stallAfter / 1000} s`));
  };
  let timer = setTimeout(giveUp, stallAfter);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, stallAfter);
  };
  const signals = options.signal === undefined ? [stall.signal] : [options.signal, stall.signal];
  try {
    return await attempt(AbortSignal.any(signals), alive);
  } finally {
    clearTimeout(timer);
  }
}

function isWorthRetrying(error: unknown): boolean {
  if (error instanceof DamagedDownload || isDiskError(error)) return false;
  if (!(error instanceof TransferError)) return true;
  if (error.failure === 'status') return error.status === 408 || error.status === 429 || (error.status ?? 0) >= 500;
  return error.failure !== 'no-ranges';
}

function networkError(error: unknown): TransferError {
  return new TransferError('network', reasonOf(error));
}

/** A GET of bytes `start` to `end` (exclusive; open when undefined), or of everything when `start` is undefined. */
export async function get(url: string, signal: AbortSignal, start?: number, end?: number): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (start !== undefined) headers.range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
  const response = await fetch(url, { headers, signal });
  if (response.status === 200 || response.status === 206) return response;
  await response.body?.cancel();
  throw new TransferError(
    'status',
    `the server answered ${response.status} ${response.statusText}`.trim(),
    response.status,
  );
}

/** Where a 206 answer starts and how large the whole file is, from `Content-Range: bytes 0-99/1234`. */
export function contentRange(response: Response): { start: number; size: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (match === null) return undefined;
  return { start: Number(match[1]), size: match[2] === '*' ? undefined : Number(match[2]) };
}
