import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';

/** What an archive may grow to. A file of a few kilobytes can unpack to many gigabytes. */
export interface TarLimits {
  /** Files and folders in it. */
  readonly entries: number;
  /** Bytes in one file. */
  readonly fileBytes: number;
  /** Bytes of all of it, unpacked. */
  readonly totalBytes: number;
}

/** Which files of an archive to take, and what to do with them. */
export interface TarOptions {
  /** Which files are read, by their path; the others are checked and skipped. Default: all. */
  readonly wanted?: (path: string) => boolean;
  readonly onFile: (path: string, bytes: Uint8Array) => void;
  readonly limits: TarLimits;
}

const GZIP = [0x1f, 0x8b];

/** Why an archive is refused, as one sentence. */
const refused = (file: string, why: string, remedy: string): Error => new Error(`${file}: ${why}; ${remedy}`);
const AGAIN = 'the file is damaged or was cut off: fetch it again.';
const DISTRUST = 'nothing of it was used: fetch the archive from a source that you trust.';

/**
 * Reads the files of a `.tar.gz`, one after another, as a stream and in memory: it writes nothing, so an archive can put
 * nothing anywhere. It still refuses what an honest archive has no use for.
 *
 * @throws Error, one sentence, when the file is not gzip or not tar, ends early, fails gzip's checksum, unpacks to more
 * than `limits`, or has a path that leaves its folder, a path twice, a link or a device.
 */
export async function readTarGz(file: string, { wanted = () => true, onFile, limits }: TarOptions): Promise<void> {
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  const counted = counter(file, limits.totalBytes);
  const files = extract();
  const chain = [source, unpacked, counted];
  const stop = (error: Error): void => void files.destroy(error);
  for (const stream of chain) stream.on('error', stop);
  source.once('readable', () => {
    const head = source.read() as Buffer | null;
    if (head === null || GZIP.some((byte, i) => head[i] !== byte)) {
      stop(refused(file, 'got a file that does not begin as gzip does', 'expected a .tar.gz: check what was saved.'));
      return;
    }
    source.unshift(head);
    source.pipe(unpacked).pipe(counted).pipe(files);
  });
  try {
    const seen = new Set<string>();
    for await (const entry of files) {
      const path = checkedPath(entry.header, file, limits);
      if (seen.has(path)) throw refused(file, `${path} is in it twice`, DISTRUST);
      if (seen.add(path).size > limits.entries) {
        throw refused(file, `got more than the ${limits.entries} files and folders that were expected`, DISTRUST);
      }
      if (entry.header.type === 'directory' || !wanted(path)) {
        entry.resume();
        continue;
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk);
      onFile(path, chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    }
  } catch (error) {
    throw explained(error, file);
  } finally {
    for (const stream of chain) stream.destroy();
    if (!source.closed) await once(source, 'close');
  }
}

function counter(file: string, limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= limit) done(null, chunk);
      else done(refused(file, `it unpacks to more than the ${limit} bytes that were expected`, DISTRUST));
    },
  });
}

/** The path without a leading './' and without a slash at its end. */
function checkedPath({ name, type, size = 0 }: Headers, file: string, limits: TarLimits): string {
  const shown = JSON.stringify(name);
  if (type !== 'file' && type !== 'directory') {
    throw refused(file, `${shown} is a ${type ?? 'thing of no type'}, expected files and folders alone`, DISTRUST);
  }
  const parts = name.split('/').filter((part) => part !== '.' && part !== '');
  const leaves = name.startsWith('/') || /^[a-z]:/i.test(name) || parts.includes('..');
  if (leaves || name.includes('\\') || name.includes('\0')) {
    throw refused(file, `got the path ${shown}, expected one that stays in the archive's own folder`, DISTRUST);
  }
  if (size > limits.fileBytes) {
    throw refused(file, `${shown} has ${size} bytes, expected at most ${limits.fileBytes}`, DISTRUST);
  }
  return parts.join('/');
}

function explained(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error.message.startsWith(file)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(error.message)) {
    return new Error(`${file}: the archive ends in the middle; ${AGAIN}`, { cause: error });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new Error(`${file}: it does not unpack (${error.message}); ${AGAIN}`, { cause: error });
  }
  if (/tar/i.test(error.message)) {
    return new Error(`${file}: what is packed in it is no tar archive (${error.message}); ${AGAIN}`, { cause: error });
  }
  return error;
}
