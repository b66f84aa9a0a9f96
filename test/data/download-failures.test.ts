import { existsSync } from 'node:fs';
import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { download } from 'kernel-lib/data/download';
import { describe, expect, it, vi } from 'vitest';
import {
  body,
  entryFor,
  expectOnlyTheCorpus,
  firstBytes,
  half,
  nobody,
  quick,
  serve,
  status,
  temporaryFolder,
  whole,
  withRanges,
} from './corpus-server';

describe('a download that fails', () => {
  it('removes a file that was tampered with, and says what came', async () => {
    const tampered = Buffer.from(body);
    tampered[1000] = 0x21;
    const source = await serve(whole(tampered));
    const folder = await temporaryFolder();
    const { sha256 } = entryFor();
    await expect(download(entryFor(source.url), folder, quick)).rejects.toThrow(
      new RegExp(`what it sent has sha256 [0-9a-f]{64}, expected ${sha256}`),
    );
    expect(await readdir(folder)).toEqual([]);
    expect(source.requests).toHaveLength(1);
  });

  it('refuses a truncated file and a longer one by their length, and one that grows without end', async () => {
    const folder = await temporaryFolder();
    const short = await serve(whole(body.subarray(0, half)));
    const long = await serve(whole(Buffer.concat([body, body])));
    let endlessClosed = false;
    const endless = await serve((_, response) => {
      response.once('close', () => {
        endlessClosed = true;
      });
      const more = (): void => {
        if (!response.destroyed) response.write(body, () => setImmediate(more));
      };
      response.writeHead(200);
      more();
    });
    const failure = download(entryFor(short.url, long.url, endless.url), folder, quick);
    await expect(failure).rejects.toThrow('it offers 214,445 bytes, expected 428,890');
    await expect(failure).rejects.toThrow('it offers 857,780 bytes, expected 428,890');
    await expect(failure).rejects.toThrow('it sends more than the expected 428,890 bytes');
    await vi.waitFor(() => {
      expect(endlessClosed).toBe(true);
    }, 60_000);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a body that ends early without a word', async () => {
    const source = await serve((_, response) => response.writeHead(200).end(body.subarray(0, half)), withRanges());
    const folder = await temporaryFolder();
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([undefined, `bytes=${half}-`]);
  });

  it('takes the second source when the first has no such file', async () => {
    const first = await serve(status(404));
    const second = await serve(whole());
    const folder = await temporaryFolder();
    await download(entryFor(first.url, second.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(first.requests).toHaveLength(1);
  });

  it('asks again where the server has trouble, not where it refuses', async () => {
    const busy = await serve(status(503), status(429), whole());
    await download(entryFor(busy.url), await temporaryFolder(), quick);
    expect(busy.requests).toHaveLength(3);
    const refusing = await serve(status(403));
    await expect(download(entryFor(refusing.url), await temporaryFolder(), quick)).rejects.toThrow(
      `${refusing.url}: it answered 403 Forbidden`,
    );
    expect(refusing.requests).toHaveLength(1);
  });

  it('gives up on a server that hangs, before and within the body', async () => {
    const mute = await serve(() => undefined);
    const stalled = await serve(
      firstBytes(half, () => undefined),
      () => undefined,
    );
    const second = await serve(withRanges());
    const folder = await temporaryFolder();
    const sources = [mute.url, stalled.url, second.url];
    await download(entryFor(...sources), folder, { ...quick, timeoutMs: 1_000 });
    await expectOnlyTheCorpus(folder);
    expect(second.ranges).toEqual([`bytes=${half}-`]);
    await expect(download(entryFor(mute.url), await temporaryFolder(), { ...quick, timeoutMs: 1_000 })).rejects.toThrow(
      'it was silent for 1 s',
    );
  });

  it('lets a slow but living source take longer than the timeout', async () => {
    const pieces = 20;
    const source = await serve((_, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        const from = Math.floor((sent / pieces) * body.length);
        sent++;
        response.write(body.subarray(from, Math.floor((sent / pieces) * body.length)));
        if (sent < pieces) return;
        clearInterval(timer);
        response.end();
      }, 250);
    });
    const folder = await temporaryFolder();
    await download(entryFor(source.url), folder, { ...quick, timeoutMs: 4_000 });
    await expectOnlyTheCorpus(folder);
    expect(source.requests).toHaveLength(1);
  });

  it('says that there is no network, and where to put the file', async () => {
    const folder = await temporaryFolder();
    const url = await nobody();
    const gone = entryFor(url, url);
    const failure = `${url}: the host refused the connection`;
    await expect(download(gone, folder, quick)).rejects.toThrow(
      `beer.txt could not be downloaded (${failure}; ${failure}); put the file of 428,890 bytes from ${url} into ${folder}`,
    );
  });

  it('stops at the signal with its reason, and keeps what came', async () => {
    const source = await serve(
      firstBytes(half, () => undefined),
      withRanges(),
    );
    const folder = await temporaryFolder();
    const controller = new AbortController();
    const running = download(entryFor(source.url), folder, {
      ...quick,
      signal: controller.signal,
      onProgress: (bytes) => {
        if (bytes === half) controller.abort(new Error('interrupted'));
      },
    });
    await expect(running).rejects.toThrow('interrupted');
    expect(existsSync(path.join(folder, 'beer.txt.lock'))).toBe(false);
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges[1]).toBe(`bytes=${half}-`);
  });

  it('downloads once when asked twice at the same time', async () => {
    const source = await serve(
      firstBytes(half, (response) => setTimeout(() => response.end(body.subarray(half)), 100)),
    );
    const folder = await temporaryFolder();
    const entry = entryFor(source.url);
    const files = await Promise.all([download(entry, folder, quick), download(entry, folder, quick)]);
    expect(new Set(files).size).toBe(1);
    expect(source.requests).toHaveLength(1);
    await expectOnlyTheCorpus(folder);
  });

  // A device that is always full; other systems have no such file.
  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const source = await serve(whole());
    const folder = await temporaryFolder();
    await symlink('/dev/full', path.join(folder, 'beer.txt.part'));
    await expect(download(entryFor(source.url), folder, quick)).rejects.toThrow(
      `beer.txt (428,890 bytes) could not be written to ${folder}: the disk is full; mend that`,
    );
    expect(existsSync(path.join(folder, 'beer.txt'))).toBe(false);
    expect(existsSync(path.join(folder, 'beer.txt.lock'))).toBe(false);
  });
});
