import { open, type FileHandle } from 'node:fs/promises';
import { TransferError } from './errors';
import { contentRange, get, withRetries, type TransferOptions } from './http';

/** Bytes `start` to `end`, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a server says about a file. */
export interface Probe {
  /** Whether parts of it can be read. */
  readonly ranges: boolean;
  /** Bytes; undefined when the server does not say. */
  readonly size: number | undefined;
}

/** Asks for the first byte: a server that knows ranges answers 206 and tells the size. */
export async function probe(url: string, options: TransferOptions = {}): Promise<Probe> {
  return withRetries(
    async (signal) => {
      const response = await get(url, signal, 0, 1);
      await response.body?.cancel();
      const size = contentRange(response)?.size;
      if (response.status === 206 && size !== undefined) return { ranges: true, size };
      const length = response.status === 200 ? response.headers.get('content-length') : null;
      return { ranges: false, size: length === null ? undefined : Number(length) };
    },
    () => 0,
    options,
  );
}

/** Reads a range into memory; for the small parts. */
export async function readRange(url: string, range: ByteRange, options: TransferOptions = {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  await withRetries(
    async (signal, alive) => {
      const response = await get(url, signal, range.start + received, range.end);
      assertStartsAt(response, range.start + received);
      for await (const chunk of bodyOf(response)) {
        alive();
        chunks.push(Buffer.from(chunk));
        received += chunk.length;
      }
      assertWhole(received, range.end - range.start);
    },
    () => received,
    options,
  );
  return Buffer.concat(chunks, range.end - range.start);
}

export interface DownloadOptions extends TransferOptions {
  /** Called with the bytes that lie in the file, the ones that were there before included. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Downloads a range, or the whole file when `range` is undefined, into `file`, going on after the bytes that it already
 * holds. A server without ranges starts over.
 * @throws {TransferError} when the bytes do not come; those that came stay in `file`.
 */
export async function download(
  url: string,
  file: string,
  range: ByteRange | undefined,
  options: DownloadOptions = {},
): Promise<void> {
  const handle = await open(file, 'a+');
  try {
    const state: Progress = { have: (await handle.stat()).size, total: range && range.end - range.start };
    if (state.total !== undefined && state.have > state.total) await startOver(handle, state);
    options.onProgress?.(state.have);
    await withRetries(
      async (signal, alive) => {
        if (state.have === state.total) return;
        const response = await request(url, signal, range, handle, state);
        for await (const chunk of bodyOf(response)) {
          alive();
          await handle.appendFile(chunk);
          state.have += chunk.length;
          options.onProgress?.(state.have);
        }
        assertWhole(state.have, state.total);
      },
      () => state.have,
      options,
    );
  } finally {
    await handle.close();
  }
}

interface Progress {
  have: number;
  total: number | undefined;
}

async function request(
  url: string,
  signal: AbortSignal,
  range: ByteRange | undefined,
  handle: FileHandle,
  state: Progress,
): Promise<Response> {
  const start = (range?.start ?? 0) + state.have;
  const ranged = range !== undefined || state.have > 0;
  let response: Response;
  try {
    response = await get(url, signal, ranged ? start : undefined, range?.end);
  } catch (error) {
    // 416: what lies in the file is as long as the whole, or longer. Only the checksum could tell; fetch it anew.
    if (error instanceof TransferError && error.status === 416 && state.have > 0) {
      await startOver(handle, state);
      return request(url, signal, range, handle, state);
    }
    throw error;
  }
  if (response.status === 206) {
    assertStartsAt(response, start);
    if (range === undefined) state.total = contentRange(response)?.size;
    return response;
  }
  if (range !== undefined) {
    await response.body?.cancel();
    throw new TransferError('no-ranges', 'the server ignores range requests');
  }
  await startOver(handle, state);
  const length = response.headers.get('content-length');
  state.total = length === null ? undefined : Number(length);
  return response;
}

async function startOver(handle: FileHandle, state: Progress): Promise<void> {
  await handle.truncate(0);
  state.have = 0;
}

function assertStartsAt(response: Response, start: number): void {
  const got = response.status === 206 ? contentRange(response)?.start : undefined;
  if (got !== start) throw new TransferError('no-ranges', 'the server ignores range requests');
}

function assertWhole(have: number, total: number | undefined): void {
  if (total !== undefined && have !== total) {
    throw new TransferError('truncated', `the server sent ${have} bytes of ${total}`);
  }
}

async function* bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) return;
  for await (const chunk of response.body) yield chunk as Uint8Array;
}
