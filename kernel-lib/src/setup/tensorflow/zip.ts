import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { errorCode } from '../disk';
import { SetupError } from '../report';
import { DamagedDownload } from './errors';

/** One file in a zip archive, from the central directory (PKWARE APPNOTE 4.3.12). */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header starts in the archive. */
  readonly offset: number;
  /** Where the next local header or the central directory starts: nothing of this entry lies beyond. */
  readonly end: number;
}

/** Random access to an archive, on disk or behind HTTP. */
export interface ByteSource {
  readonly size: number;
  read(start: number, end: number): Promise<Buffer>;
}

export const STORED = 0;
export const DEFLATED = 8;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;

/**
 * Lists an archive, in the order in which the files lie in it.
 * @throws {DamagedDownload} when it is not a zip archive, or a cut one.
 * @throws {SetupError} for ZIP64 and for names that would leave the folder.
 */
export async function listEntries(source: ByteSource): Promise<ZipEntry[]> {
  const tailStart = Math.max(0, source.size - END_SIZE - LONGEST_COMMENT);
  const tail = await source.read(tailStart, source.size);
  const at = findEnd(tail);
  const count = tail.readUInt16LE(at + 10);
  const size = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) throw zip64();
  if (start + size > tailStart + at) throw new DamagedDownload('the list of files lies outside the archive');
  const raw =
    start >= tailStart
      ? tail.subarray(start - tailStart, start - tailStart + size)
      : await source.read(start, start + size);
  return parseDirectory(raw, count, start);
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    // The comment must end with the file, else these four bytes are part of something else.
    if (tail.readUInt32LE(at) === END_SIGNATURE && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  }
  throw new DamagedDownload('it does not end like a zip archive');
}

function parseDirectory(raw: Buffer, count: number, directoryStart: number): ZipEntry[] {
  const found: Omit<ZipEntry, 'end'>[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_SIZE > raw.length || raw.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw new DamagedDownload('its list of files is broken');
    }
    const nameLength = raw.readUInt16LE(at + 28);
    const name = raw.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
    const entry = {
      name,
      method: raw.readUInt16LE(at + 10),
      crc: raw.readUInt32LE(at + 16),
      compressedSize: raw.readUInt32LE(at + 20),
      size: raw.readUInt32LE(at + 24),
      offset: raw.readUInt32LE(at + 42),
    };
    assertUsable(entry, raw.readUInt16LE(at + 8));
    found.push(entry);
    at += ENTRY_SIZE + nameLength + raw.readUInt16LE(at + 30) + raw.readUInt16LE(at + 32);
  }
  found.sort((a, b) => a.offset - b.offset);
  return found.map((entry, i) => {
    const end = found[i + 1]?.offset ?? directoryStart;
    if (end - entry.offset < LOCAL_SIZE + entry.compressedSize) throw new DamagedDownload(`${entry.name} is cut short`);
    return { ...entry, end };
  });
}

function assertUsable(entry: Omit<ZipEntry, 'end'>, flags: number): void {
  if ([entry.size, entry.compressedSize, entry.offset].includes(0xffffffff)) throw zip64();
  const steps = entry.name.split(/[/\\]/);
  if (entry.name.includes('\0') || steps.includes('..') || steps[0] === '' || /^[A-Za-z]:/.test(entry.name)) {
    throw new SetupError(
      `The TensorFlow wheel holds a file named ${JSON.stringify(entry.name)}, which would be written outside its folder: ` +
        'this is no genuine wheel; check which package index pip is set to (`pip config list`).',
    );
  }
  if ((flags & ENCRYPTED) !== 0 || (entry.method !== STORED && entry.method !== DEFLATED)) {
    throw new DamagedDownload(`${entry.name} is packed in a way that no wheel uses (method ${entry.method})`);
  }
}

function zip64(): SetupError {
  return new SetupError(
    'The TensorFlow wheel is a ZIP64 archive, which no wheel of this version is: check which package index pip is set to (`pip config list`).',
  );
}

/** How far into the archive an entry's data starts; `header` begins at the entry's offset. */
export function dataStart(entry: ZipEntry, header: Buffer): number {
  if (header.length < LOCAL_SIZE || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw new DamagedDownload(`${entry.name} does not start where the list of files says`);
  }
  const start = entry.offset + LOCAL_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedSize > entry.end) throw new DamagedDownload(`${entry.name} is cut short`);
  return start;
}

/** Bytes that {@link dataStart} needs. */
export const HEADER_SIZE: number = LOCAL_SIZE;

/**
 * Unpacks one entry's data into `sink`, checking size and CRC on the way.
 * @returns the sha256 of the unpacked bytes, in hexadecimal.
 * @throws {DamagedDownload} when the data does not unpack to what the list of files says.
 */
export async function unpack(
  entry: ZipEntry,
  data: Readable,
  sink: NodeJS.WritableStream,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  let crc = 0;
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      size += chunk.length;
      if (size > entry.size) {
        done(new DamagedDownload(`${entry.name} is larger than the list of files says`));
        return;
      }
      crc = crc32(chunk, crc);
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const stages = entry.method === DEFLATED ? [data, createInflateRaw(), meter, sink] : [data, meter, sink];
  try {
    await pipeline(stages, signal === undefined ? {} : { signal });
  } catch (error) {
    if (errorCode(error)?.startsWith('Z_') === true) throw new DamagedDownload(`${entry.name} does not unpack`);
    throw error;
  }
  if (size !== entry.size || crc !== entry.crc) throw new DamagedDownload(`${entry.name} has the wrong CRC`);
  return hash.digest('hex');
}
