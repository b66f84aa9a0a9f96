import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { MissingCorpusError, WrongCorpusError, type CorpusEntry } from 'kernel-lib/data/corpus';
import { imdb, loadImdb } from 'kernel-lib/data/imdb';
import { registry } from 'kernel-lib/data/registry';
import { describe, expect, it, vi } from 'vitest';
import { tar, type Packed } from './archive';
import { machine, type Machine } from './machine';
import { onRealCorpora } from './real-corpora';

const written: Record<string, string> = {
  'train/neg/10_2.txt': 'Bad, bad film.',
  'train/neg/9_1.txt': "It isn't a film.<br /><br />Bad!",
  'train/pos/0_10.txt': 'A film of films — a café film',
  'train/unsup/0_0.txt': 'not labelled',
  'test/neg/0_4.txt': 'A bad zebra',
  'test/pos/3_7.txt': 'Film film',
};
const archive = (files: Record<string, string>): Promise<Buffer> =>
  tar([
    { name: 'aclImdb/', type: 'directory' },
    ...Object.entries(files).map(([name, content]): Packed => ({ name: `aclImdb/${name}`, content })),
  ]);

/** A machine with this archive in it, and its entry in the registry. */
async function having(bytes: Buffer): Promise<{ around: Machine; entry: CorpusEntry }> {
  const around = await machine({ UNROLLED_OFFLINE: '1' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const entry = { ...registry.imdb, bytes: bytes.length, sha256 };
  await writeFile(path.join(around.datasets, entry.file), bytes);
  return { around, entry };
}

const bare = { startChar: null } as const;

describe('imdb', () => {
  it('reads the archive: words by their frequency in the training half, halves, verdicts, stars, texts', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    const corpus = await loadImdb(bare, around, entry);
    const { train, test, wordIndex, ...about } = corpus;
    // 'a' comes as often as 'bad', and first: review 9 stands before review 10.
    expect([...wordIndex.keys()].slice(0, 3)).toEqual(['film', 'a', 'bad']);
    expect(wordIndex.get('film')).toBe(1);
    expect(wordIndex.get("isn't")).toBeDefined();
    expect(wordIndex.has('zebra')).toBe(false);
    const texts = train.reviews.map((_, i) => train.text(i));
    expect([...texts].sort()).toEqual([
      written['train/pos/0_10.txt'],
      written['train/neg/10_2.txt'],
      written['train/neg/9_1.txt'],
    ]);
    const best = texts.findIndex((text) => text.startsWith('A film of'));
    expect(corpus.decode(train.reviews[best] ?? [])).toEqual(['a', 'film', 'of', 'films', 'a', 'caf', 'film']);
    expect([train.labels[best], train.ratings[best]]).toEqual([1, 10]);
    expect([...test.ratings].sort()).toEqual([4, 7]);
    expect(about).toMatchObject({ name: 'imdb', standIn: false, path: path.join(around.datasets, entry.file) });
    expect(about.note).toMatch(/^imdb: 3 reviews to learn from, 2 to test on, 8 words, from /);
  });

  it('keeps what it read, and gives the same from there without the archive', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    const first = await loadImdb({}, around, entry);
    const again = await loadImdb({}, { ...around, env: { ...around.env, UNROLLED_DATASETS: undefined } }, entry);
    expect(await readdir(around.downloads)).toEqual(['imdb-reviews.cache']);
    expect(again.path).toBe(path.join(around.downloads, 'imdb-reviews.cache'));
    expect([again.train.reviews, again.test.reviews]).toEqual([first.train.reviews, first.test.reviews]);
    expect([again.train.labels, again.test.ratings]).toEqual([first.train.labels, first.test.ratings]);
    expect([...again.wordIndex]).toEqual([...first.wordIndex]);
    expect([0, 1, 2].map((i) => again.train.text(i))).toEqual([0, 1, 2].map((i) => first.train.text(i)));
  });

  it.each([0, 20, 60, 90])('makes anew what was kept when it is damaged at byte %d', async (at) => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    const first = await loadImdb({}, around, entry);
    const file = path.join(around.downloads, 'imdb-reviews.cache');
    const bytes = await readFile(file);
    const whole = Buffer.from(bytes);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect((await loadImdb({}, around, entry)).train.reviews).toEqual(first.train.reviews);
    expect(whole.equals(await readFile(file))).toBe(true);
    // cut off before the place, within the texts, and longer than it was
    for (const other of [whole.subarray(0, at), whole.subarray(0, -12), Buffer.concat([whole, Buffer.of(0)])]) {
      await writeFile(file, other);
      expect((await loadImdb({}, around, entry)).train.reviews).toEqual(first.train.reviews);
      expect(whole.equals(await readFile(file))).toBe(true);
    }
  });

  it('says so when the texts alone are damaged', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    await loadImdb({}, around, entry);
    const file = path.join(around.downloads, 'imdb-reviews.cache');
    const bytes = await readFile(file);
    bytes[bytes.length - 12] = (bytes.at(-12) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { train } = await loadImdb({}, around, entry);
    expect(() => train.text(0)).toThrow(
      `${file}: the text of a review does not unpack; remove the file, it is made anew.`,
    );
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ['truncated', async () => gzipSync(await archive(written)).subarray(0, 200), 'the archive ends in the middle'],
    ['dangerous', async () => gzipSync(await archive({ ...written, '../../../x': 'x' })), 'stays in the archive'],
    ['no gzip', () => archive(written), 'does not begin as gzip does'],
    [
      'of something else',
      async () => gzipSync(await archive({ 'train/neg/1_1.txt': 'x' })),
      'there is no review in aclImdb/test/neg',
    ],
    [
      'not text',
      async () => gzipSync(await archive({ ...written, 'test/pos/1_8.txt': 'a\0b' })),
      'aclImdb/test/pos/1_8.txt has a NUL',
    ],
  ])('keeps nothing of an archive that is %s', async (_, bytes, sentence) => {
    const { around, entry } = await having(await bytes());
    await expect(loadImdb({ orElse: 'ownReviews' }, around, entry)).rejects.toThrow(sentence);
    expect(await readdir(around.downloads)).toEqual([]);
  });

  it('is not satisfied with another file of the name', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    await writeFile(path.join(around.datasets, entry.file), 'half');
    await expect(loadImdb({ orElse: 'ownReviews' }, around, entry)).rejects.toThrow(WrongCorpusError);
  });

  it('also takes the labelled half alone', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    const { file, bytes, sha256 } = entry;
    const other = { ...entry, file: 'other.tar.gz', bytes: 1, extract: { file, bytes, sha256 } };
    expect((await loadImdb({}, around, other)).train.reviews).toHaveLength(3);
  });

  it('goes on when the disk does not take what it would keep', async () => {
    const { around, entry } = await having(gzipSync(await archive(written)));
    await mkdir(path.join(around.downloads, 'imdb-reviews.cache'), { recursive: true });
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    try {
      const corpus = await loadImdb({}, around, entry);
      expect(corpus.train.text(0)).not.toBe('');
      expect(warn.mock.calls[0]?.[0]).toMatch(
        /imdb-reviews\.cache could not be written \(\w+\): the next call reads the archive again/,
      );
    } finally {
      warn.mockRestore();
    }
  });
});

describe('without the archive', () => {
  it('says where to put it', async () => {
    const around = await machine({ UNROLLED_OFFLINE: '1' });
    const failure = loadImdb({}, around);
    await expect(failure).rejects.toThrow(MissingCorpusError);
    await expect(failure).rejects.toThrow(
      /put the file of 84,125,825 bytes from https:.* or pass \{ orElse: 'ownReviews' \}/,
    );
  });

  it('makes up reviews when asked to, says so, and their words decide', async () => {
    const around = await machine({ UNROLLED_OFFLINE: '1' });
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const { train, test, standIn, note, name } = await loadImdb({ orElse: 'ownReviews' }, around);
    expect(log.mock.calls).toEqual([[note]]);
    log.mockRestore();
    expect([name, standIn, train.reviews.length, test.reviews.length]).toEqual(['ownReviews', true, 8000, 4000]);
    expect(note).toMatch(/^Stand-in for imdb: 8,000 reviews to learn from, 4,000 to test on, \d+ words\. aclImdb_v1/);
    for (const half of [train, test]) {
      const share = half.labels.reduce((sum, label) => sum + label, 0) / half.labels.length;
      expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
    }
    const positive = (i: number): boolean => (train.ratings[i] ?? 0) > 5;
    expect([...train.labels].every((label, i) => (label === 1) === positive(i))).toBe(true);
    const loving = [...train.labels].filter((_, i) => train.text(i).includes('I loved'));
    const share = loving.reduce((sum, label) => sum + label, 0) / loving.length;
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.95); // not every review is of one mind
    expect(await readdir(path.dirname(around.downloads))).toEqual([]);
  });
});

onRealCorpora('the film reviews', () => {
  it('are 50,000, half of each kind, with the words that were counted', async () => {
    const corpus = await imdb({ numWords: 20_000, offline: true });
    for (const { reviews, labels, ratings } of [corpus.train, corpus.test]) {
      expect(reviews).toHaveLength(25_000);
      expect(labels.reduce((sum, label) => sum + label, 0)).toBe(12_500);
      expect([...new Set(ratings)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
      expect(reviews.reduce((most, ids) => ids.reduce((a, b) => Math.max(a, b), most), 0)).toBe(19_999);
      expect(reviews.every((ids) => ids[0] === 1)).toBe(true);
    }
    expect(corpus.wordIndex.size).toBe(87_171);
    expect([...corpus.wordIndex.keys()].slice(0, 8)).toEqual(['the', 'and', 'a', 'of', 'to', 'is', 'in', 'it']);
    expect(corpus.train.text(0)).toMatch(/^This review is based on the dubbed Shock-o-Rama video/);
    expect(
      corpus
        .decode(corpus.train.reviews[0] ?? [])
        .slice(0, 6)
        .join(' '),
    ).toBe('[START] this review is based on');
  });
});
