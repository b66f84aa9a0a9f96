import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { ReviewIndex } from './review-index';
import { blocksInFile, packTexts, PER_BLOCK, textReader } from './review-texts';
import { packNumbers, unpackNumbers } from './varint';

/** Reviews as numbers, and the text of each when it is asked for. */
export interface StoredReviews extends ReviewIndex {
  text(i: number): string;
}

/** Change it with the layout, or with how a review is cut into words. */
const MAGIC = 'unrolled reviews 1\n';
const CHECKSUM = 4;
/** Words, stars, lengths, ranks, and where the blocks of texts begin. */
const SECTIONS = 5;
const HEAD = MAGIC.length + CHECKSUM + 4 * (SECTIONS + 1);

/**
 * The layout: MAGIC; the CRC-32 of all that follows up to the texts; the training half's size and the five sections'
 * sizes, 32 bits each; the sections; the texts. Numbers are LEB128, words stand a line each, texts in gzip blocks.
 */
export function encodeReviews(index: ReviewIndex, texts: readonly string[]): Uint8Array[] {
  const { blocks, offsets } = packTexts(texts);
  const sections: Uint8Array[] = [
    Buffer.from(index.words.join('\n')),
    index.ratings,
    packNumbers(index.lengths),
    packNumbers(index.ranks),
    packNumbers(offsets),
  ];
  const sizes = Buffer.alloc(4 * (SECTIONS + 1));
  [index.trainCount, ...sections.map(({ length }) => length)].forEach((size, i) => sizes.writeUInt32LE(size, 4 * i));
  const checksum = Buffer.alloc(CHECKSUM);
  checksum.writeUInt32LE([sizes, ...sections].reduce((crc, bytes) => crc32(bytes, crc), 0));
  return [Buffer.from(MAGIC), checksum, sizes, ...sections, blocks];
}

/** What {@link encodeReviews} wrote into a file; undefined where there is none, or it is damaged or of another version. */
export function readReviews(file: string): StoredReviews | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    return fromHandle(handle, file);
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function fromHandle(handle: number, file: string): StoredReviews | undefined {
  const head = Buffer.alloc(HEAD);
  readSync(handle, head, 0, HEAD, 0);
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const sizes = head.subarray(MAGIC.length + CHECKSUM);
  const [trainCount = 0, ...lengths] = Array.from({ length: SECTIONS + 1 }, (_, i) => sizes.readUInt32LE(4 * i));
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const bytes = fstatSync(handle).size;
  if (HEAD + size > bytes) return undefined;
  const body = Buffer.alloc(size);
  readSync(handle, body, 0, size, HEAD);
  if (crc32(body, crc32(sizes)) !== head.readUInt32LE(MAGIC.length)) return undefined;
  return decoded(trainCount, lengths, body, file, bytes);
}

function decoded(
  trainCount: number,
  sizes: readonly number[],
  body: Buffer,
  file: string,
  bytes: number,
): StoredReviews | undefined {
  let end = 0;
  const sections = sizes.map((size) => body.subarray(end, (end += size)));
  const [words, ratings, lengths, ranks, offsets] = sections as [Buffer, Buffer, Buffer, Buffer, Buffer];
  const count = ratings.length;
  const lengthOf = unpackNumbers(lengths, count);
  const total = lengthOf.reduce((sum, length) => sum + length, 0);
  const blocks = unpackNumbers(offsets, Math.ceil(count / PER_BLOCK) + 1);
  // The checksum ends where the texts begin; a file that was cut off within them would be found out late, review by review.
  if (HEAD + body.length + (blocks.at(-1) ?? 0) !== bytes) return undefined;
  const damaged = (): Error =>
    new Error(`${file}: the text of a review does not unpack; remove the file, it is made anew.`);
  return {
    words: words.toString().split('\n'),
    trainCount,
    ratings: new Uint8Array(ratings),
    lengths: lengthOf,
    ranks: unpackNumbers(ranks, total),
    text: textReader(blocks, blocksInFile(file, HEAD + body.length), damaged),
  };
}
