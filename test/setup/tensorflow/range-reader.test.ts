import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TransferError } from 'kernel-lib/setup/tensorflow/errors';
import { download, probe, readRange } from 'kernel-lib/setup/tensorflow/range-reader';
import { noise } from './support/archive';
import { serve, type FileServer } from './support/server';
import { temporaryFolder } from './support/world';

const content = noise(300_000, 4);
const quick = { pauses: [1, 1], stallAfter: 10_000 };

async function serving(...args: Parameters<typeof serve>): Promise<FileServer> {
  const server = await serve(...args);
  onTestFinished(() => server.close());
  return server;
}

function target(): string {
  return path.join(temporaryFolder(), 'file');
}

describe('probe', () => {
  it('tells a server with ranges from one without', async () => {
    expect(await probe((await serving(content)).url, quick)).toEqual({ ranges: true, size: 300_000 });
    expect(await probe((await serving(content, { ranges: false })).url, quick)).toEqual({
      ranges: false,
      size: 300_000,
    });
  });

  it('gives up on 404 at once, and on a dead server after its retries', async () => {
    const server = await serving(content, { mood: () => ({ status: 404 }) });
    await expect(probe(server.url, quick)).rejects.toMatchObject({ failure: 'status', status: 404 });
    expect(server.asked).toHaveLength(1);
    await server.close();
    await expect(probe(server.url, quick)).rejects.toMatchObject({ failure: 'network', message: /ECONNREFUSED/ });
  });

  it('tries again when the server is busy', async () => {
    const server = await serving(content, { mood: ({ index }) => (index < 2 ? { status: 503 } : {}) });
    expect(await probe(server.url, quick)).toEqual({ ranges: true, size: 300_000 });
    const busy = await serving(content, { mood: () => ({ status: 500 }) });
    await expect(probe(busy.url, quick)).rejects.toMatchObject({ failure: 'status', status: 500 });
    expect(busy.asked).toHaveLength(3);
  });
});

describe('readRange', () => {
  it('reads the bytes asked for, going on where a connection broke', async () => {
    const server = await serving(content, { mood: ({ index }) => (index === 0 ? { cutAfter: 10_000 } : {}) });
    expect((await readRange(server.url, { start: 5, end: 200_000 }, quick)).equals(content.subarray(5, 200_000))).toBe(
      true,
    );
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]?.range?.start).toBeGreaterThan(5);
  });

  it('refuses a server that sends something else', async () => {
    const server = await serving(content, { ranges: false });
    await expect(readRange(server.url, { start: 5, end: 10 }, quick)).rejects.toMatchObject({ failure: 'no-ranges' });
  });
});

describe('download', () => {
  it('writes a range and tells how far it is', async () => {
    const server = await serving(content);
    const file = target();
    const seen: number[] = [];
    await download(
      server.url,
      file,
      { start: 100, end: 250_100 },
      { ...quick, onProgress: (bytes) => seen.push(bytes) },
    );
    expect(fs.readFileSync(file).equals(content.subarray(100, 250_100))).toBe(true);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(250_000);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('goes on after the bytes that are there, and asks for nothing when all are', async () => {
    const server = await serving(content);
    const file = target();
    fs.writeFileSync(file, content.subarray(100, 150));
    await download(server.url, file, { start: 100, end: 1000 }, quick);
    await download(server.url, file, { start: 100, end: 1000 }, quick);
    expect(fs.readFileSync(file).equals(content.subarray(100, 1000))).toBe(true);
    expect(server.asked.map((item) => item.range)).toEqual([{ start: 150, end: 1000 }]);
  });

  it('starts over when the file is longer than it can be', async () => {
    const server = await serving(content);
    const file = target();
    fs.writeFileSync(file, noise(2000, 9));
    await download(server.url, file, { start: 100, end: 1000 }, quick);
    expect(fs.readFileSync(file).equals(content.subarray(100, 1000))).toBe(true);
  });

  it('outlasts any number of cuts, as long as each brings something', async () => {
    const server = await serving(content, { mood: () => ({ cutAfter: 40_000 }) });
    const file = target();
    await download(server.url, file, { start: 0, end: 300_000 }, quick);
    expect(fs.readFileSync(file).equals(content)).toBe(true);
    expect(server.asked.length).toBeGreaterThan(quick.pauses.length + 1);
  });

  it('keeps what came when the rest does not come', async () => {
    const server = await serving(content, {
      mood: ({ index }) => (index === 0 ? { cutAfter: 40_000 } : { cutAfter: 0 }),
    });
    const file = target();
    await expect(download(server.url, file, { start: 0, end: 300_000 }, quick)).rejects.toThrow(TransferError);
    const kept = fs.readFileSync(file);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.equals(content.subarray(0, kept.length))).toBe(true);
  });

  it('calls a body that ends early truncated', async () => {
    const server = await serving(content, { mood: () => ({ alter: (body) => body.subarray(0, 0), chunked: true }) });
    await expect(download(server.url, target(), { start: 0, end: 300_000 }, quick)).rejects.toMatchObject({
      failure: 'truncated',
      message: 'the server sent 0 bytes of 300000',
    });
  });

  it('gives up an attempt that stalls', async () => {
    const server = await serving(content, { mood: ({ index }) => (index === 0 ? { hangAfter: 1000 } : {}) });
    const file = target();
    await download(server.url, file, { start: 0, end: 300_000 }, { ...quick, stallAfter: 2_000 });
    expect(fs.readFileSync(file).equals(content)).toBe(true);
    expect(server.asked[1]?.range?.start).toBe(1000);
  });

  it('stops when told to', async () => {
    const server = await serving(content, { mood: () => ({ hangAfter: 1000 }) });
    const stop = new AbortController();
    const onProgress = (bytes: number): void => {
      if (bytes > 0) stop.abort(new Error('enough'));
    };
    const loading = download(
      server.url,
      target(),
      { start: 0, end: 300_000 },
      { ...quick, signal: stop.signal, onProgress },
    );
    await expect(loading).rejects.toThrow('enough');
  });
});

describe('download of a whole file', () => {
  it('starts over where the server knows no ranges', async () => {
    const server = await serving(content, {
      ranges: false,
      mood: ({ index }) => (index === 0 ? { cutAfter: 90_000 } : {}),
    });
    const file = target();
    await download(server.url, file, undefined, quick);
    expect(fs.readFileSync(file).equals(content)).toBe(true);
  });

  it('goes on where the server knows ranges after all', async () => {
    const server = await serving(content);
    const file = target();
    fs.writeFileSync(file, content.subarray(0, 1234));
    await download(server.url, file, undefined, quick);
    expect(fs.readFileSync(file).equals(content)).toBe(true);
    expect(server.asked[0]?.range?.start).toBe(1234);
  });

  it('fetches anew what is as long as the whole, for it may be wrong', async () => {
    const server = await serving(content);
    const file = target();
    fs.writeFileSync(file, noise(300_000, 8));
    await download(server.url, file, undefined, quick);
    expect(fs.readFileSync(file).equals(content)).toBe(true);
  });
});
