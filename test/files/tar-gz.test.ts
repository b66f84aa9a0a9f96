import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTarGz, type TarOptions } from 'kernel-lib/files/tar-gz';
import { describe, expect, it } from 'vitest';
import { fileOf, tar, tarGz, type Packed } from '../data/archive';

const limits = { entries: 10, fileBytes: 2_000_000, totalBytes: 3_000_000 };

async function read(file: string, options: Partial<TarOptions> = {}): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const onFile = (name: string, bytes: Uint8Array): void => {
    found[name] = Buffer.from(bytes).toString();
  };
  await readTarGz(file, { limits, onFile, ...options });
  return found;
}

const long = `${'folder/'.repeat(30)}file.txt`;
const honest: Packed[] = [
  { name: './a/', type: 'directory' },
  { name: './a/one.txt', content: 'one' },
  { name: 'a/empty.txt', content: '' },
  { name: long, content: 'far down' },
  { name: 'a/large.txt', content: 'x'.repeat(700_000) },
];

describe('readTarGz', () => {
  it('reads every file, under paths without ./', async () => {
    expect(await read(await tarGz(honest))).toEqual({
      'a/one.txt': 'one',
      'a/empty.txt': '',
      [long]: 'far down',
      'a/large.txt': 'x'.repeat(700_000),
    });
  });

  it('reads only what is wanted', async () => {
    const wanted = (name: string): boolean => name.endsWith('one.txt');
    expect(await read(await tarGz(honest), { wanted })).toEqual({ 'a/one.txt': 'one' });
  });

  it('says that a file is not there', async () => {
    await expect(read('/no/such/file.tar.gz')).rejects.toThrow('ENOENT');
  });

  it('passes on what the reader of a file throws', async () => {
    const onFile = (): void => {
      throw new RangeError('not this one');
    };
    await expect(read(await tarGz(honest), { onFile })).rejects.toThrow(new RangeError('not this one'));
  });
});

const again = 'the file is damaged or was cut off: fetch it again.';
const distrust = 'nothing of it was used: fetch the archive from a source that you trust.';

/** What the archive is, its bytes, and the whole of the sentence after its path. */
const refusals: [string, () => Promise<Uint8Array>, string][] = [
  [
    'an empty file',
    () => Promise.resolve(Buffer.alloc(0)),
    'got a file that does not begin as gzip does; expected a .tar.gz: check what was saved.',
  ],
  [
    'a web page',
    () => Promise.resolve(Buffer.from('<html>404</html>')),
    'got a file that does not begin as gzip does; expected a .tar.gz: check what was saved.',
  ],
  [
    'a truncated archive',
    async () => gzipSync(await tar(honest)).subarray(0, 600),
    `the archive ends in the middle; ${again}`,
  ],
  [
    'a tar archive that was cut off before it was packed',
    async () => gzipSync((await tar(honest)).subarray(0, 5000)),
    `the archive ends in the middle; ${again}`,
  ],
  [
    'text that was packed',
    () => Promise.resolve(gzipSync('no tar '.repeat(200))),
    'what is packed in it is no tar archive',
  ],
  ...['../outside.txt', 'a/../../outside.txt', '/etc/outside.txt', 'C:/outside.txt', '..\\outside.txt'].map(
    (name): [string, () => Promise<Uint8Array>, string] => [
      `the path ${name}`,
      async () => gzipSync(await tar([{ name: 'a.txt', content: 'a' }, { name, content: 'x' }])), // prettier-ignore
      `got the path ${JSON.stringify(name)}, expected one that stays in the archive's own folder; ${distrust}`,
    ],
  ),
  ...(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const).map(
    (type): [string, () => Promise<Uint8Array>, string] => [
      `a ${type}`,
      async () => gzipSync(await tar([{ name: 'a.txt', type, linkname: '/etc/passwd' }])),
      `"a.txt" is a ${type}, expected files and folders alone; ${distrust}`,
    ],
  ),
  [
    'a bomb of one file',
    async () => gzipSync(await tar([{ name: 'a.txt', content: '0'.repeat(2_500_000) }])),
    `"a.txt" has 2500000 bytes, expected at most 2000000; ${distrust}`,
  ],
  [
    'a bomb of many files',
    async () =>
      gzipSync(await tar(Array.from({ length: 4 }, (_, i) => ({ name: `${i}`, content: '0'.repeat(1_000_000) })))),
    `it unpacks to more than the 3000000 bytes that were expected; ${distrust}`,
  ],
  [
    'a bomb of names',
    async () => gzipSync(await tar(Array.from({ length: 11 }, (_, i) => ({ name: `${i}` })))),
    `got more than the 10 files and folders that were expected; ${distrust}`,
  ],
  [
    'a path that comes twice',
    async () => gzipSync(await tar([{ name: 'a', content: '1' }, { name: './a', content: '2' }])), // prettier-ignore
    `a is in it twice; ${distrust}`,
  ],
];

describe('readTarGz refuses, in a sentence and with nothing written,', () => {
  it.each(refusals)('%s', async (_, bytes, sentence) => {
    const file = await fileOf(await bytes());
    const failure = await read(file).then(
      () => 'nothing',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).toContain(`${file}: ${sentence}`);
    expect(failure.split('\n')).toHaveLength(1);
    expect(await readdir(path.dirname(file))).toEqual(['some.tar.gz']);
  });

  it('a flipped bit', async () => {
    const bytes = gzipSync(await tar(honest));
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1; // in gzip's checksum
    await expect(read(await fileOf(bytes))).rejects.toThrow(
      /it does not unpack \(incorrect data check\); the file is damaged/,
    );
  });

  it('also among the files that are not wanted', async () => {
    const file = await tarGz([{ name: '../outside.txt', content: 'x' }]);
    await expect(read(file, { wanted: () => false })).rejects.toThrow('stays in the archive');
  });
});
