import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CorpusFile, grouped } from './corpus';

/** What node:fs and node:net put on their errors: 'ENOENT', 'ENOSPC'. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

async function statusOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The size of a file, or undefined when there is none. */
export const sizeOf = async (file: string): Promise<number | undefined> => (await statusOf(file))?.size;

/** The SHA-256 of a file, in hexadecimal, read as a stream. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What is wrong with a file that should be the corpus: 'has 12 bytes ..., expected ...'. Undefined when it is the corpus. */
export async function whatIsWrong(file: string, { bytes, sha256 }: CorpusFile): Promise<string | undefined> {
  const status = await statusOf(file);
  if (status?.isDirectory()) return 'is a folder';
  const size = status?.size ?? 0;
  if (size !== bytes) return `has ${grouped(size)} bytes, expected ${grouped(bytes)}`;
  const actual = await sha256Of(file);
  return actual === sha256 ? undefined : `has sha256 ${actual}, expected ${sha256}`;
}
