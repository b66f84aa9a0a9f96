import { errorCode } from '../disk';

/** Bytes that arrived but cannot be right: a wrong checksum, a broken archive. Fetching again may mend it; using them never does. */
export class DamagedDownload extends Error {
  override readonly name = 'DamagedDownload';
}

/** Why bytes did not arrive over HTTP, so that the caller can choose another route. */
export type TransferFailure = 'network' | 'status' | 'no-ranges' | 'truncated';

/** A transfer that failed for good, after its retries. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  constructor(
    readonly failure: TransferFailure,
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** The message of anything thrown, with the message of its cause: `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  if (!(cause instanceof Error)) return error.message;
  // An AggregateError (every address of a host failed) has an empty message and a code.
  const detail = cause.message === '' ? (errorCode(cause) ?? cause.name) : cause.message;
  return `${error.message}: ${detail}`;
}
