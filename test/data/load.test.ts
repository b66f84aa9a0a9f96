import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MissingCorpusError, WrongCorpusError } from 'kernel-lib/data/corpus';
import { loadCorpus } from 'kernel-lib/data/load';
import { ownSource } from 'kernel-lib/data/own-source';
import { describe, expect, it, vi } from 'vitest';
import { body, entryFor, nobody, serve, whole } from './corpus-server';
import { machine } from './machine';

async function put(folder: string, content: Buffer | string = body): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'beer.txt'), content);
}

describe('loadCorpus', () => {
  it('looks in UNROLLED_DATASETS, then in the project, then in the cache', async () => {
    const around = await machine({ UNROLLED_OFFLINE: '1' });
    for (const folder of [around.cache, around.downloads, around.datasets]) {
      await put(folder);
      const corpus = await loadCorpus(entryFor(), {}, around);
      expect(corpus.path).toBe(path.join(folder, 'beer.txt'));
      expect(corpus.text).toBe(body.toString());
      expect(corpus.standIn).toBe(false);
      expect(corpus.note).toBe(`beer: 428,890 characters from ${corpus.path}`);
    }
  });

  it("finds the user's cache where there is neither variable nor project", async () => {
    const { env, cache } = await machine();
    await put(cache);
    const around = { env: { ...env, UNROLLED_DATASETS: undefined }, project: undefined };
    const corpus = await loadCorpus(entryFor(), { offline: true }, around);
    expect(corpus.path).toBe(path.join(cache, 'beer.txt'));
  });

  it('downloads what is nowhere into the project, once', async () => {
    const source = await serve(whole());
    const around = await machine();
    const seen: number[] = [];
    const onProgress = (bytes: number): void => void seen.push(bytes);
    const first = await loadCorpus(entryFor(source.url), { onProgress }, around);
    const second = await loadCorpus(entryFor(source.url), { onProgress }, around);
    expect(first.path).toBe(path.join(around.downloads, 'beer.txt'));
    expect(second.text).toBe(first.text);
    expect(seen.at(-1)).toBe(body.length);
    expect(source.requests).toHaveLength(1);
    expect(await readdir(around.datasets)).toEqual([]);
  });

  it('downloads into the cache where there is no project', async () => {
    const source = await serve(whole());
    const { env, cache } = await machine();
    const corpus = await loadCorpus(entryFor(source.url), { onProgress: () => undefined }, { env, project: undefined });
    expect(corpus.path).toBe(path.join(cache, 'beer.txt'));
  });

  it.each(['datasets', 'downloads', 'cache'] as const)('never uses a wrong file in %s', async (place) => {
    const source = await serve(whole());
    const around = await machine();
    const wrong = Buffer.from(body);
    wrong[7] = 0x21;
    await put(around[place], wrong);
    const file = path.join(around[place], 'beer.txt');
    const failure = loadCorpus(entryFor(source.url), { orElse: 'ownSource' }, around);
    await expect(failure).rejects.toThrow(WrongCorpusError);
    await expect(failure).rejects.toThrow(`is not the registered beer: it has sha256`);
    await expect(failure).rejects.toThrow(file);
    await expect(failure).rejects.toThrow(`replace it with the file from ${source.url}, or remove it`);
    await put(around[place], 'half');
    await expect(loadCorpus(entryFor(source.url), {}, around)).rejects.toThrow('it has 4 bytes, expected 428,890');
    await rm(file);
    await mkdir(file);
    await expect(loadCorpus(entryFor(source.url), {}, around)).rejects.toThrow('it is a folder; replace it with');
    expect(source.requests).toHaveLength(0);
  });

  it.each([{ offline: true }, { env: '1' }, { env: 'true' }])('touches no network when told so: %o', async (how) => {
    const source = await serve(whole());
    const around = await machine('env' in how && how.env ? { UNROLLED_OFFLINE: how.env } : {});
    const failure = loadCorpus(entryFor(source.url), 'offline' in how ? { offline: true } : {}, around);
    await expect(failure).rejects.toThrow(MissingCorpusError);
    await expect(failure).rejects.toThrow(
      `beer.txt is not in ${around.datasets}, ${around.downloads}, ${around.cache}, and nothing is downloaded because ` +
        `${'offline' in how ? 'offline' : 'UNROLLED_OFFLINE'} is set; put the file of 428,890 bytes from ${source.url} ` +
        `into ${around.downloads}, or pass { orElse: 'ownSource' } to go on with this project's own source code.`,
    );
    expect(source.requests).toHaveLength(0);
  });

  it('does download with UNROLLED_OFFLINE=0', async () => {
    const source = await serve(whole());
    const around = await machine({ UNROLLED_OFFLINE: '0' });
    await loadCorpus(entryFor(source.url), { onProgress: () => undefined }, around);
    expect(source.requests).toHaveLength(1);
  });

  it('falls back to its own source code, and says so', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    try {
      const corpus = await loadCorpus(entryFor(), { orElse: 'ownSource', offline: true }, await machine());
      const own = await ownSource();
      expect(corpus).toMatchObject({ name: 'ownSource', standIn: true, text: own.text, path: own.path });
      expect(corpus.note).toContain(`Stand-in for beer: ${own.note}. beer.txt is not in `);
      expect(corpus.toMimeBundle()['text/plain']).toContain('Stand-in for beer');
      expect(log.mock.calls).toEqual([[corpus.note]]);
    } finally {
      log.mockRestore();
    }
  });

  it('falls back when the network is not there', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    try {
      const options = { orElse: 'ownSource', onProgress: () => undefined } as const;
      const corpus = await loadCorpus(entryFor(await nobody()), options, await machine());
      expect(corpus.standIn).toBe(true);
      expect(corpus.note).toContain('the host refused the connection');
    } finally {
      log.mockRestore();
    }
  });

  it('does not take a misspelled UNROLLED_DATASETS for an absent one', async () => {
    const around = await machine({ UNROLLED_DATASETS: '/no/such/folder' });
    await expect(loadCorpus(entryFor(), { orElse: 'ownSource', offline: true }, around)).rejects.toThrow(
      'UNROLLED_DATASETS is /no/such/folder, which is not there; expected a folder with corpora',
    );
  });

  it('does not fall back when it is stopped', async () => {
    const source = await serve(() => undefined);
    const signal = AbortSignal.abort(new Error('interrupted'));
    const options = { orElse: 'ownSource', signal, onProgress: () => undefined } as const;
    await expect(loadCorpus(entryFor(source.url), options, await machine())).rejects.toThrow('interrupted');
  });
});
