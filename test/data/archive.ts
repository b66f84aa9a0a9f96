import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';
import { temporaryFolder } from './corpus-server';

/** One thing in an archive. */
export interface Packed extends Headers {
  readonly content?: string;
}

/** A tar archive in memory, however odd its entries. */
export async function tar(entries: readonly Packed[]): Promise<Buffer> {
  const packing = pack();
  const chunks: Buffer[] = [];
  packing.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const { content, ...header } of entries) packing.entry(header, content ?? '');
  packing.finalize();
  await once(packing, 'end');
  return Buffer.concat(chunks);
}

/** The path of a file with these bytes, in a folder that is gone when the test is over. */
export async function fileOf(bytes: Uint8Array, name = 'some.tar.gz'): Promise<string> {
  const file = path.join(await temporaryFolder(), name);
  await writeFile(file, bytes);
  return file;
}

/** The path of a `.tar.gz` with these entries. */
export const tarGz = async (entries: readonly Packed[]): Promise<string> => fileOf(gzipSync(await tar(entries)));
