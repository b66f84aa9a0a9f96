import { readFile } from 'node:fs/promises';

/**
 * A file's bytes and what to call it in messages.
 *
 * @throws Error, one sentence, for a file that cannot be read
 */
export async function bytesOf(source: string | Uint8Array): Promise<{ bytes: Uint8Array; name: string }> {
  if (typeof source !== 'string') return { bytes: source, name: 'bytes' };
  const bytes = await readFile(source).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file; correct the path' : message;
    throw new Error(`${source}: ${why}.`, { cause });
  });
  return { bytes, name: source };
}
