import { crc32, deflateRawSync } from 'node:zlib';

/** A file to put into a synthetic archive. */
export interface Member {
  readonly name: string;
  readonly content: Buffer;
  readonly stored?: boolean;
  /** Lies about the content, to imitate damage. */
  readonly crc?: number;
  readonly size?: number;
  readonly packed?: Buffer;
}

/** Writes a zip archive as PKWARE's APPNOTE 4.3 lays it out. */
export function zip(members: readonly Member[], comment = ''): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const packed = member.packed ?? (member.stored === true ? member.content : deflateRawSync(member.content));
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(member.stored === true ? 0 : 8, 4);
    common.writeUInt32LE(member.crc ?? crc32(member.content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(member.size ?? member.content.length, 18);
    common.writeUInt16LE(name.length, 22);
    // The extra field of the local header differs in length from the one in the directory, as real archives do.
    const extra = Buffer.from([0x99, 0x99, 0, 0]);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, extra]);
    header.writeUInt16LE(extra.length, 28);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, name]));
    local.push(header, packed);
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...local, directory, end, Buffer.from(comment)]);
}

/** Bytes that no compressor shortens, the same each time. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
