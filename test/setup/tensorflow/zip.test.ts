import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DamagedDownload } from 'kernel-lib/setup/tensorflow/errors';
import { dataStart, listEntries, unpack, type ByteSource, type ZipEntry } from 'kernel-lib/setup/tensorflow/zip';
import { SetupError } from 'kernel-lib/setup/report';
import { noise, zip, type Member } from './support/archive';
import { sha256 } from './support/world';

function source(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

async function unpackFirst(members: readonly Member[]): Promise<{ content: Buffer; hash: string }> {
  const archive = zip(members);
  const [entry] = (await listEntries(source(archive))) as [ZipEntry];
  const start = dataStart(entry, archive.subarray(entry.offset, entry.offset + 30));
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      chunks.push(chunk);
      done();
    },
  });
  const hash = await unpack(entry, Readable.from([archive.subarray(start, start + entry.compressedSize)]), sink);
  return { content: Buffer.concat(chunks), hash };
}

const text = Buffer.from('a line that repeats\n'.repeat(100));

describe('listing', () => {
  it('tells each file and where the next begins', async () => {
    const archive = zip([
      { name: 'a/one.txt', content: text },
      { name: 'two.bin', content: noise(70_000, 3), stored: true },
    ]);
    const [one, two] = (await listEntries(source(archive))) as [ZipEntry, ZipEntry];
    expect(one).toMatchObject({ name: 'a/one.txt', method: 8, size: text.length, offset: 0, end: two.offset });
    expect(two).toMatchObject({ name: 'two.bin', method: 0, size: 70_000, compressedSize: 70_000 });
    expect(archive.readUInt32LE(two.end)).toBe(0x02014b50);
  });

  it('is not misled by an end signature inside the comment', async () => {
    const archive = zip([{ name: 'x', content: text }], 'PK\x05\x06 and more words to fill it up');
    expect(await listEntries(source(archive))).toHaveLength(1);
  });

  it('rejects what is no archive, or a part of one', async () => {
    const archive = zip([{ name: 'x', content: text }]);
    for (const bytes of [text, Buffer.alloc(0), archive.subarray(0, -1), archive.subarray(10)]) {
      await expect(listEntries(source(bytes))).rejects.toThrow(DamagedDownload);
    }
  });

  it('rejects ZIP64 with a sentence', async () => {
    const archive = zip([{ name: 'x', content: text }]);
    archive.writeUInt32LE(0xffffffff, archive.length - 6);
    await expect(listEntries(source(archive))).rejects.toThrow(/ZIP64.*pip config list/);
    await expect(listEntries(source(zip([{ name: 'x', content: text, size: 0xffffffff }])))).rejects.toThrow(/ZIP64/);
  });

  it.each(['../evil', 'a/../../evil', '/etc/evil', '..\\evil', 'C:\\evil', 'a\0b'])(
    'refuses the name %j',
    async (name) => {
      const listing = listEntries(source(zip([{ name, content: text }])));
      await expect(listing).rejects.toThrow(SetupError);
      await expect(listing).rejects.toThrow(/outside its folder/);
    },
  );

  it('allows names that only look dangerous', async () => {
    const entries = await listEntries(source(zip([{ name: 'a/..b/c..', content: text }])));
    expect(entries.map((entry) => entry.name)).toEqual(['a/..b/c..']);
  });
});

describe('unpacking', () => {
  it.each([
    ['deflated', { name: 'x', content: text }],
    ['stored', { name: 'x', content: text, stored: true }],
    ['empty', { name: 'x', content: Buffer.alloc(0) }],
  ])('returns %s content and its sha256', async (_kind, member) => {
    expect(await unpackFirst([member])).toEqual({ content: member.content, hash: sha256(member.content) });
  });

  it.each([
    ['a wrong CRC', { crc: 1 }, /wrong CRC/],
    ['less than promised', { size: text.length + 1 }, /wrong CRC/],
    ['more than promised', { size: 10 }, /larger/],
    ['no deflate stream', { packed: Buffer.from([7, 7, 7, 7]) }, /does not unpack/],
    ['a cut deflate stream', { packed: Buffer.from([0x4b]) }, /does not unpack/],
  ])('finds %s', async (_kind, damage, message) => {
    const unpacking = unpackFirst([{ name: 'x', content: text, ...damage }]);
    await expect(unpacking).rejects.toThrow(DamagedDownload);
    await expect(unpacking).rejects.toThrow(message);
  });
});
