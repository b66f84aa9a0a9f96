import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { WantedFile } from './entries';
import { DamagedDownload } from './errors';
import { dataStart, HEADER_SIZE, unpack, type ByteSource } from './zip';

/** A file that holds the wheel's bytes from `start` on. */
export interface LocalBytes {
  readonly file: string;
  readonly start: number;
}

/** Reads a wheel that lies on the disk. */
export async function localSource(file: string): Promise<ByteSource> {
  const { size } = await stat(file);
  return { size, read: (start, end) => readBytes(file, start, end) };
}

/**
 * Unpacks one file of the wheel below `folder`; it appears by rename once its size, CRC and, where one is known, sha256 hold.
 * @throws {DamagedDownload} when they do not.
 */
export async function extractFile(
  wanted: WantedFile,
  bytes: LocalBytes,
  folder: string,
  expectedSha256: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { entry, to } = wanted;
  const at = entry.offset - bytes.start;
  const start = dataStart(entry, await readBytes(bytes.file, at, at + HEADER_SIZE)) - bytes.start;
  const destination = path.join(folder, to);
  const part = `${destination}.part`;
  await mkdir(path.dirname(destination), { recursive: true });
  try {
    // `end` is inclusive, so no bytes at all cannot be said with it.
    const data =
      entry.compressedSize === 0
        ? Readable.from([])
        : createReadStream(bytes.file, { start, end: start + entry.compressedSize - 1 });
    const sha256 = await unpack(entry, data, createWriteStream(part), signal);
    if (expectedSha256 !== undefined && sha256 !== expectedSha256) {
      throw new DamagedDownload(`${to} has sha256 ${sha256} and must have ${expectedSha256}`);
    }
    await rename(part, destination);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function readBytes(file: string, start: number, end: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(end - start);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    if (bytesRead !== buffer.length) throw new DamagedDownload(`${path.basename(file)} is cut short`);
    return buffer;
  } finally {
    await handle.close();
  }
}
