import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request for the file. */
export interface Asked {
  readonly index: number;
  readonly method: string;
  /** First byte wanted, and one past the last; undefined without a Range header. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

/** How to misbehave in one answer; an empty object is good behaviour. */
export interface Mood {
  readonly status?: number;
  /** Closes the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Sends so many bytes of the body and then nothing more. */
  readonly hangAfter?: number;
  /** Changes the bytes before they are sent. */
  readonly alter?: (body: Buffer) => Buffer;
  /** Sends the whole file, as if no part had been asked for. */
  readonly ignoreRange?: boolean;
  /** Sends no Content-Length, so that a cut looks like an end. */
  readonly chunked?: boolean;
}

export interface FileServer {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** Serves one file on 127.0.0.1. */
export async function serve(
  content: Buffer,
  { ranges = true, mood = () => ({}) }: { ranges?: boolean; mood?: (asked: Asked) => Mood } = {},
): Promise<FileServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const end = match?.[2] === undefined || match[2] === '' ? content.length : Number(match[2]) + 1;
    const range = match === null ? undefined : { start: Number(match[1]), end: Math.min(end, content.length) };
    const item = { index: asked.length, method: request.method ?? '', range };
    asked.push(item);
    answer(response, content, ranges ? range : undefined, mood(item));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/wheel.whl`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function answer(response: ServerResponse, content: Buffer, wanted: Asked['range'], mood: Mood): void {
  const range = mood.ignoreRange === true ? undefined : wanted;
  if (mood.status !== undefined) {
    response.writeHead(mood.status).end('no');
    return;
  }
  if (range !== undefined && range.start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const part = content.subarray(range?.start ?? 0, range?.end ?? content.length);
  const body = mood.alter?.(Buffer.from(part)) ?? part;
  if (mood.chunked !== true) response.setHeader('content-length', body.length);
  if (range !== undefined) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${range.start}-${range.end - 1}/${content.length}`);
  }
  const shown = mood.cutAfter ?? mood.hangAfter;
  if (shown === undefined || shown >= body.length) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, shown), () => {
    if (mood.hangAfter !== undefined) return;
    if (mood.chunked === true) response.end();
    else response.destroy();
  });
}
