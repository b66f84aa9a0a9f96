import { crc32, inflateRawSync } from 'node:zlib';

/** Signatures and sizes of PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16. */
const LOCAL = { signature: 0x04034b50, size: 30 };
const ENTRY = { signature: 0x02014b50, size: 46 };
const END = { signature: 0x06054b50, size: 22 };
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ZIP64 = 0xffffffff;
/** 1 January 1980, the first day that the format knows: the same content makes the same file. */
const NO_DATE = 0x0021;

/**
 * Unpacks a zip archive in memory: names to bytes, in the order of its directory.
 *
 * @throws Error, one sentence, for an archive that is cut off, damaged, encrypted, packed another way, or of 4 GB and more
 */
export function unzip(bytes: Uint8Array, file: string): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (why: string): Error => new Error(`${file}: ${why}; the file is damaged, copy it again.`);
  const end = endOf(buffer);
  if (end < 0) throw damaged('it does not end as a zip archive does');
  const unpacked = new Map<string, Uint8Array>();
  let at = buffer.readUInt32LE(end + 16);
  if (at === ZIP64) throw new Error(`${file}: got an archive of 4 GB or more, expected a smaller one; split it.`);
  for (let n = buffer.readUInt16LE(end + 10); n > 0; n--) {
    if (at + ENTRY.size > end || buffer.readUInt32LE(at) !== ENTRY.signature) throw damaged('its directory is broken');
    const nameLength = buffer.readUInt16LE(at + 28);
    const name = buffer.toString('utf8', at + ENTRY.size, at + ENTRY.size + nameLength);
    const entry = {
      name,
      encrypted: (buffer.readUInt16LE(at + 8) & 1) !== 0,
      method: buffer.readUInt16LE(at + 10),
      crc: buffer.readUInt32LE(at + 16),
      packedSize: buffer.readUInt32LE(at + 20),
      size: buffer.readUInt32LE(at + 24),
      offset: buffer.readUInt32LE(at + 42),
    };
    if (entry.encrypted) throw new Error(`${file}: ${name} is encrypted, expected a plain archive; pack it without.`);
    const data = unpack(buffer, entry);
    if (data?.length !== entry.size || crc32(data) !== entry.crc) throw damaged(`${name} does not unpack`);
    unpacked.set(name, data);
    at += ENTRY.size + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  return unpacked;
}

function endOf(buffer: Buffer): number {
  const first = Math.max(0, buffer.length - END.size - LONGEST_COMMENT);
  for (let at = buffer.length - END.size; at >= first; at--) {
    // The comment must end with the file, else these four bytes are part of something else.
    if (buffer.readUInt32LE(at) === END.signature && at + END.size + buffer.readUInt16LE(at + 20) === buffer.length) {
      return at;
    }
  }
  return -1;
}

/** Undefined where it lies outside of the archive, is packed another way, or does not unpack to its size. */
function unpack(
  buffer: Buffer,
  { method, packedSize, size, offset }: { method: number; packedSize: number; size: number; offset: number },
): Uint8Array | undefined {
  if (offset + LOCAL.size > buffer.length || buffer.readUInt32LE(offset) !== LOCAL.signature) return undefined;
  const start = offset + LOCAL.size + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const packed = buffer.subarray(start, start + packedSize);
  if (method === STORED) return packed;
  if (method !== DEFLATED) return undefined;
  try {
    // The limit keeps a small archive from unpacking to more than it says.
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return undefined;
  }
}

/**
 * Packs names and bytes into a zip archive, without compression, which weights hardly yield to.
 *
 * @throws Error for 4 GB and more
 */
export function zip(entries: ReadonlyMap<string, Uint8Array>, file: string): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(LOCAL.size - 4);
    common.writeUInt16LE(20, 0); // the version needed: 2.0
    common.writeUInt16LE(0x0800, 2); // the name is UTF-8
    common.writeUInt16LE(NO_DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const entry = Buffer.alloc(ENTRY.size - 4 - common.length - 2);
    entry.writeUInt32LE(offset, entry.length - 4);
    directory.push(Buffer.concat([word(ENTRY.signature), Buffer.from([20, 0]), common, entry, nameBytes]));
    pieces.push(word(LOCAL.signature), common, nameBytes, data);
    offset += LOCAL.size + nameBytes.length + data.length;
    if (offset >= ZIP64) throw new Error(`${file}: got 4 GB or more, expected less; write several files.`);
  }
  const end = Buffer.alloc(END.size);
  end.writeUInt32LE(END.signature, 0);
  end.writeUInt16LE(entries.size, 8);
  end.writeUInt16LE(entries.size, 10);
  end.writeUInt32LE(directory.reduce((sum, { length }) => sum + length, 0), 12); // prettier-ignore
  end.writeUInt32LE(offset, 16);
  return [...pieces, ...directory, end];
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
