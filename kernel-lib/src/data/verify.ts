import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CorpusFile, grouped } from './corpus';

/** What node:fs and node:net put on their errors: 'ENOENT', 'ENOSPC'. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The size of a file, or undefined when there is none. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The SHA-256 of a file, in hexadecimal, read as a stream. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What is wrong with a file that should be the corpus: 'has 12 bytes ..., expected ...'. Undefined when it is the corpus. */
export async function whatIsWrong(file: string, { bytes, sha256 }: CorpusFile): Promise<string | undefined> {
  const size = await sizeOf(file);
  if (size !== bytes) return `has ${grouped(size ?? 0)} bytes, expected ${grouped(bytes)}`;
  const actual = await sha256Of(file);
  return actual === sha256 ? undefined : `has sha256 ${actual}, expected ${sha256}`;
}
