import { open } from 'node:fs/promises';
import type { ReadableStream } from 'node:stream/web';
import { type CorpusEntry, grouped } from './corpus';
import { type PartFile, validatorOf } from './part-file';
import { cutAfter, networkFailure, SourceFailure } from './source-failure';

/** How one source is asked. */
export interface ReceiveOptions {
  onProgress: (bytes: number, total: number) => void;
  /** How long the source may be silent, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** Aborts when nothing has been heard for a while, and when it is stopped: a body that nobody reads keeps the connection. */
function watch(timeoutMs: number): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, timeoutMs);
  return {
    signal: controller.signal,
    heard: () => timer.refresh(),
    stop: () => {
      clearTimeout(timer);
      controller.abort();
    },
  };
}

/** Where in the file the body begins, as the server says. Removes a part that cannot be continued. */
async function beginning(response: Response, entry: CorpusEntry, part: PartFile, have: number): Promise<number> {
  if (response.status === 416) {
    await part.remove();
    throw new SourceFailure('it cannot continue the unfinished download', true);
  }
  if (!response.ok) {
    const worthRetrying = response.status >= 500 || response.status === 429;
    throw new SourceFailure(`it answered ${response.status} ${response.statusText}`.trimEnd(), worthRetrying);
  }
  let start = 0;
  if (response.status === 206) {
    start = have;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (range?.[1] !== String(have) || (range[2] !== '*' && range[2] !== String(entry.bytes))) {
      await part.remove();
      throw new SourceFailure('it cannot continue the unfinished download', true);
    }
  }
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) !== entry.bytes - start) {
    throw new SourceFailure(
      `it offers ${grouped(Number(length) + start)} bytes, expected ${grouped(entry.bytes)}`,
      false,
    );
  }
  return start;
}

/**
 * Asks one source for what is missing in the part, and appends it. A source that ignores ranges, or whose file has changed
 * since (`If-Range`), is taken from the start.
 *
 * @throws SourceFailure when the source does not deliver; the file system's error when the disk does not take it; the
 * signal's reason when it was stopped.
 */
export async function receive(entry: CorpusEntry, url: string, part: PartFile, options: ReceiveOptions): Promise<void> {
  const { onProgress, timeoutMs, signal } = options;
  let received = await part.size();
  if (received > entry.bytes) {
    await part.remove();
    received = 0;
  }
  if (received === entry.bytes) return;

  const origin = await part.origin();
  // Compressed bytes could neither be continued nor counted.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (received > 0) {
    headers.range = `bytes=${received}-`;
    if (origin?.url === url && origin.validator !== undefined) headers['if-range'] = origin.validator;
  }
  const silence = watch(timeoutMs);
  const stop = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  let heardBody = false;
  const explain = (error: unknown): unknown => {
    if (signal?.aborted) return signal.reason;
    if (silence.signal.aborted) return new SourceFailure(`it was silent for ${timeoutMs / 1000} s`, heardBody);
    return heardBody ? cutAfter(received, entry.bytes) : networkFailure(error);
  };
  try {
    const response = await fetch(url, { headers, signal: stop }).catch((error: unknown) => {
      throw explain(error);
    });
    silence.heard();
    received = await beginning(response, entry, part, received);
    const file = await open(part.path, received === 0 ? 'w' : 'a');
    try {
      await part.setOrigin({ url, validator: validatorOf(response.headers) });
      const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
      for (;;) {
        const chunk = await reader?.read().catch((error: unknown) => {
          throw explain(error);
        });
        if (chunk?.value === undefined) break;
        silence.heard();
        heardBody = true;
        received += chunk.value.length;
        if (received > entry.bytes) {
          await part.remove();
          throw new SourceFailure(`it sends more than the expected ${grouped(entry.bytes)} bytes`, false);
        }
        await file.appendFile(chunk.value);
        onProgress(received, entry.bytes);
      }
    } finally {
      await file.close();
    }
  } finally {
    silence.stop();
  }
  if (received < entry.bytes) throw cutAfter(received, entry.bytes);
}
