import { readFile, rm, writeFile } from 'node:fs/promises';
import { sizeOf } from './verify';

/** What the server said about the bytes in a part: lets it refuse to go on when its file has changed. */
export interface PartOrigin {
  readonly url: string;
  /** A strong ETag or a Last-Modified date, for `If-Range`. */
  readonly validator: string | undefined;
}

/** An unfinished download: FILE.part holds the bytes, FILE.part.json their origin. */
export interface PartFile {
  readonly path: string;
  size(): Promise<number>;
  origin(): Promise<PartOrigin | undefined>;
  setOrigin(origin: PartOrigin): Promise<void>;
  remove(): Promise<void>;
  /** Forgets the origin once the bytes have been renamed. */
  removeOrigin(): Promise<void>;
}

/** The part that belongs to a file. */
export function partFile(target: string): PartFile {
  const path = `${target}.part`;
  const originPath = `${path}.json`;
  const removeOrigin = (): Promise<void> => rm(originPath, { force: true });
  return {
    path,
    size: async () => (await sizeOf(path)) ?? 0,
    async origin() {
      try {
        const value = JSON.parse(await readFile(originPath, 'utf8')) as Partial<PartOrigin> | null;
        return typeof value?.url === 'string' ? { url: value.url, validator: value.validator } : undefined;
      } catch {
        // Absent, or cut off when a process was killed: the checksum will tell whether the bytes were right.
        return undefined;
      }
    },
    setOrigin: (origin) => writeFile(originPath, JSON.stringify(origin)),
    async remove() {
      await removeOrigin();
      await rm(path, { force: true });
    },
    removeOrigin,
  };
}

/** What `If-Range` may carry: a strong ETag, else the date. A weak ETag does not promise the same bytes (RFC 9110, 13.1.5). */
export function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) return etag;
  return headers.get('last-modified') ?? undefined;
}
