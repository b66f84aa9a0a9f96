import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { download } from 'kernel-lib/data/download';
import { describe, expect, it } from 'vitest';
import {
  body,
  cut,
  entryFor,
  expectOnlyTheCorpus,
  firstBytes,
  half,
  quick,
  serve,
  status,
  temporaryFolder,
  whole,
  withRanges,
} from './corpus-server';

describe('download', () => {
  it('fetches a corpus, tells how far it is, and leaves only the file', async () => {
    const source = await serve(whole());
    const folder = path.join(await temporaryFolder(), 'made', 'on the way');
    const seen: number[] = [];
    const file = await download(entryFor(source.url), folder, {
      onProgress: (bytes, total) => {
        expect(total).toBe(body.length);
        seen.push(bytes);
      },
    });
    expect(file).toBe(path.join(folder, 'beer.txt'));
    await expectOnlyTheCorpus(folder);
    expect(seen.at(-1)).toBe(body.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(source.ranges).toEqual([undefined]);
  });

  it('is not sent compressed bytes, which could neither be counted nor continued', async () => {
    const source = await serve((request, response) => {
      const plain = request.headers['accept-encoding'] === 'identity';
      const content = plain ? body : gzipSync(body);
      if (!plain) response.setHeader('content-encoding', 'gzip');
      whole(content)(request, response);
    });
    const folder = await temporaryFolder();
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
  });

  it('asks for nothing when the file is there', async () => {
    const source = await serve(whole());
    const folder = await temporaryFolder();
    await download(entryFor(source.url), folder);
    await download(entryFor(source.url), folder);
    expect(source.requests).toHaveLength(1);
  });

  it('goes on where a cut connection stopped, within one call', async () => {
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder)), withRanges());
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([undefined, `bytes=${half}-`]);
    expect(source.requests[1]?.headers['if-range']).toBe('"v1"');
  });

  it('keeps what came when it gives up, says so, and goes on from there in the next call', async () => {
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder)), withRanges());
    await expect(download(entryFor(source.url), folder, { ...quick, attempts: 1 })).rejects.toThrow(
      /beer\.txt could not be downloaded \(http.*: the connection was cut after 214,445 of 428,890 bytes\); 214,445 of 428,890 bytes are kept, and the next call goes on from there; put the file/,
    );
    expect((await readdir(folder)).sort()).toEqual(['beer.txt.part', 'beer.txt.part.json']);
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges[1]).toBe(`bytes=${half}-`);
  });

  it('starts over where the server ignores ranges', async () => {
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder)), whole());
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([undefined, `bytes=${half}-`]);
  });

  it('starts over when the file on the server has changed since', async () => {
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder), { etag: '"v0"' }), withRanges(body, '"v1"'));
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.requests[1]?.headers['if-range']).toBe('"v0"');
  });

  it('does not offer a weak ETag as a promise of the same bytes, but the date', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder), { etag: 'W/"v1"', 'last-modified': date }), withRanges());
    await download(entryFor(source.url), folder, quick);
    expect(source.requests[1]?.headers['if-range']).toBe(date);
  });

  it('continues from the second source what the first one began', async () => {
    const folder = await temporaryFolder();
    const first = await serve(firstBytes(half, cut(folder)), status(404));
    const second = await serve(withRanges());
    await download(entryFor(first.url, second.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(second.ranges).toEqual([`bytes=${half}-`]);
    expect(second.requests[0]?.headers['if-range']).toBeUndefined();
  });

  it.each([
    { what: 'a range it did not ask for', range: 'bytes 5-9/428890' },
    { what: 'a range of a file of another size', range: `bytes ${half}-9/999` },
    { what: 'no range at all', range: '' },
  ])('starts over when the server sends $what', async ({ range }) => {
    const folder = await temporaryFolder();
    const source = await serve(
      firstBytes(half, cut(folder)),
      (_, response) => response.writeHead(206, { 'content-range': range }).end(body.subarray(half)),
      withRanges(),
    );
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([undefined, `bytes=${half}-`, undefined]);
  });

  it('starts over when the server cannot satisfy the range', async () => {
    const folder = await temporaryFolder();
    const source = await serve(firstBytes(half, cut(folder)), status(416), withRanges());
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([undefined, `bytes=${half}-`, undefined]);
  });

  it('starts over when what was left behind turns out to be wrong', async () => {
    const source = await serve(withRanges());
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'beer.txt.part'), Buffer.alloc(half, 'x'));
    await writeFile(path.join(folder, 'beer.txt.part.json'), '{"url": "half a reco');
    await download(entryFor(source.url), folder, quick);
    await expectOnlyTheCorpus(folder);
    expect(source.ranges).toEqual([`bytes=${half}-`, undefined]);
  });

  it('takes a part that is already whole, and drops one that is too long', async () => {
    const source = await serve(withRanges());
    const complete = await temporaryFolder();
    await writeFile(path.join(complete, 'beer.txt.part'), body);
    await download(entryFor(source.url), complete, quick);
    await expectOnlyTheCorpus(complete);
    expect(source.requests).toHaveLength(0);

    const tooLong = await temporaryFolder();
    await writeFile(path.join(tooLong, 'beer.txt.part'), Buffer.concat([body, body]));
    await download(entryFor(source.url), tooLong, quick);
    await expectOnlyTheCorpus(tooLong);
    expect(source.ranges).toEqual([undefined]);
  });
});
