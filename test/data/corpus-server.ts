import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CorpusEntry } from 'kernel-lib/data/corpus';
import type { DownloadOptions } from 'kernel-lib/data/download';
import { expect, onTestFinished } from 'vitest';

/** Text that differs everywhere, so that a part joined at the wrong place cannot pass. */
export const body: Buffer = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i} bottles of beer\n`).join(''));
export const half: number = body.length / 2;

/** No test waits as long as a user does. */
export const quick: DownloadOptions = { retryDelayMs: 1, timeoutMs: 5_000 };

/** A registry entry for {@link body}. */
export function entryFor(...sources: string[]): CorpusEntry {
  return {
    name: 'beer',
    title: 'Bottles of beer',
    licence: 'none needed',
    citation: 'Traditional.',
    file: 'beer.txt',
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    sources,
  };
}

export interface Source {
  /** `http://127.0.0.1:PORT/beer.txt` */
  readonly url: string;
  /** The Range header of every request, in order; undefined for one without. */
  readonly ranges: (string | undefined)[];
  readonly requests: IncomingMessage[];
}

/** A server on this machine that lives as long as the test. Request k is answered by handler k, the last one again and again. */
export async function serve(...handlers: RequestListener[]): Promise<Source> {
  const ranges: (string | undefined)[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request);
    ranges.push(request.headers.range);
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/beer.txt`, ranges, requests };
}

/** An address on this machine where nobody listens any more. */
export async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/beer.txt`;
}

/** Sends the whole file, whatever was asked for. */
export const whole =
  (content: Buffer = body, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers }).end(content);
  };

/** Honours Range and If-Range as RFC 9110 says. */
export const withRanges =
  (content: Buffer = body, etag = '"v1"'): RequestListener =>
  (request, response) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const ifRange = request.headers['if-range'];
    if (from === undefined || (ifRange !== undefined && ifRange !== etag)) {
      whole(content, { etag })(request, response);
      return;
    }
    const start = Number(from);
    if (start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response
      .writeHead(206, { 'content-length': content.length - start, 'content-range': range, etag })
      .end(content.subarray(start));
  };

/** Promises everything, sends the first bytes, and then does something else. */
export const firstBytes =
  (count: number, then: (response: ServerResponse) => void, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-length': body.length, etag: '"v1"', ...headers });
    response.write(body.subarray(0, count), () => {
      then(response);
    });
  };

/** Cuts the connection once half has reached the folder: what a client has not read yet goes with its connection. */
export const cut =
  (folder: string) =>
  (response: ServerResponse): void => {
    const part = path.join(folder, 'beer.txt.part');
    const looking = setInterval(() => {
      if (statSync(part, { throwIfNoEntry: false })?.size !== half) return;
      clearInterval(looking);
      response.destroy();
    }, 10);
    response.once('close', () => {
      clearInterval(looking);
    });
  };

export const status =
  (code: number): RequestListener =>
  (_, response) => {
    response.writeHead(code).end('no');
  };

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'unrolled-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The corpus is there, whole, and nothing else is. */
export async function expectOnlyTheCorpus(folder: string): Promise<void> {
  expect(await readdir(folder)).toEqual(['beer.txt']);
  expect(body.equals(await readFile(path.join(folder, 'beer.txt')))).toBe(true);
}
