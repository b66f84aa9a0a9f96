import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** Texts are packed so many at a time: one text costs the unpacking of its neighbours, some 100 kB. */
export const PER_BLOCK = 64;

/** Texts in gzip blocks, and where each block begins. */
export interface PackedTexts {
  readonly blocks: Buffer;
  /** Offsets into `blocks`, one more than there are blocks. */
  readonly offsets: Int32Array;
}

export function packTexts(texts: readonly string[]): PackedTexts {
  const blocks: Buffer[] = [];
  const offsets = [0];
  for (let from = 0; from < texts.length; from += PER_BLOCK) {
    const block = gzipSync(JSON.stringify(texts.slice(from, from + PER_BLOCK)), { level: constants.Z_BEST_SPEED });
    blocks.push(block);
    offsets.push((offsets.at(-1) ?? 0) + block.length);
  }
  return { blocks: Buffer.concat(blocks), offsets: Int32Array.from(offsets) };
}

/** Bytes from..to of the blocks. */
export type BlockBytes = (from: number, to: number) => Uint8Array;

/** Reads blocks where they lie in a file, so that loading a corpus does not load its texts. */
export function blocksInFile(file: string, start: number): BlockBytes {
  return (from, to) => {
    const bytes = Buffer.alloc(to - from);
    const handle = openSync(file, 'r');
    try {
      readSync(handle, bytes, 0, bytes.length, start + from);
    } finally {
      closeSync(handle);
    }
    return bytes;
  };
}

/** Text i out of packed ones; the block read last is kept, for the next one is mostly in it. */
export function textReader(offsets: Int32Array, bytes: BlockBytes, damaged: () => Error): (i: number) => string {
  let held = -1;
  let texts: readonly string[] = [];
  return (i) => {
    const block = Math.floor(i / PER_BLOCK);
    if (block !== held) {
      try {
        texts = JSON.parse(gunzipSync(bytes(offsets[block] ?? 0, offsets[block + 1] ?? 0)).toString()) as string[];
      } catch {
        throw damaged();
      }
      held = block;
    }
    return texts[i % PER_BLOCK] ?? '';
  };
}
