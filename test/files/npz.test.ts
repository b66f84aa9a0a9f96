import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeNpy, encodeNpy } from 'kernel-lib/files/npy';
import { unzip, zip } from 'kernel-lib/files/zip';
import { describe, expect, it, test } from 'vitest';

const numpy = (name: string): Map<string, Uint8Array> =>
  unzip(readFileSync(new URL(`../golden/weights/${name}.npz`, import.meta.url)), name);
const arrayIn = (name: string, entry: string): ReturnType<typeof decodeNpy> =>
  decodeNpy(numpy(name).get(`${entry}.npy`) ?? Buffer.alloc(0), entry);

/** A .npy file with this header, however wrong. */
function npy(header: string, data: Uint8Array = Buffer.alloc(0), version = 1): Buffer {
  const length = Buffer.alloc(version > 1 ? 4 : 2);
  if (version > 1) length.writeUInt32LE(header.length);
  else length.writeUInt16LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
    data,
  ]);
}
const dict = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`;

describe('what NumPy wrote', () => {
  const values = Float32Array.of(1, -2, 3, 4.5, 0.125, -6);
  test.each(['double', 'half'])('%s becomes float32', (name) => {
    expect(arrayIn('numpy', name)).toEqual({ shape: [2, 3], data: values });
  });
  it('column-major order becomes row-major', () => {
    expect(numpy('numpy').get('columns.npy')?.toString()).toContain("'fortran_order': True");
    expect(arrayIn('numpy', 'columns')).toEqual({
      shape: [2, 3, 4],
      data: Float32Array.from({ length: 24 }, (_, n) => n),
    });
  });
  it('has scalars and empty arrays', () => {
    expect(arrayIn('numpy', 'scalar')).toEqual({ shape: [], data: Float32Array.of(7) });
    expect(arrayIn('numpy', 'none')).toEqual({ shape: [0, 3], data: new Float32Array() });
  });
  it('is refused where it holds objects, which are a pickle', () => {
    expect(() => arrayIn('numpy-objects', 'w')).toThrow(
      'w: got Python objects, expected numbers; they are a pickle, a program that would run on being read: save arrays of numbers.',
    );
  });
  it('is refused where it holds integers', () => {
    expect(() => arrayIn('numpy-integers', 'w')).toThrow(
      "w: got numbers of type <i8, expected <f4, <f8 or <f2; convert them with .astype('<f4').",
    );
  });
});

describe('a .npy array', () => {
  const four = Buffer.from(Float32Array.of(0.1).buffer);
  it('may be of version 2', () => {
    expect(decodeNpy(npy(dict("'<f4'", '1,'), four, 2), 'w').data).toEqual(Float32Array.of(0.1));
  });
  test.each<[string, Uint8Array, string]>([
    ['text', Buffer.from('0.1, 0.2, 0.3'), 'w: this is no .npy array, which begins with \\x93NUMPY.'],
    ['nothing', Buffer.alloc(0), 'w: this is no .npy array'],
    ['big-endian numbers', npy(dict("'>f4'", '1,'), four), 'w: got numbers of type >f4, expected <f4, <f8 or <f2'],
    ['a structure', npy(dict("[('a', '<f4')]", '1,'), four), 'w: got numbers of type [(a, <f4)], expected'],
    ['a type named as a method of objects', npy(dict("'toString'", '1,'), four), 'w: got numbers of type toString'],
    ['a cut off header', npy(dict("'<f4'", '1,')).subarray(0, 40), 'w: its header does not give descr'],
    ['no shape', npy("{'descr': '<f4', 'fortran_order': False, }"), 'w: its header does not give descr'],
    ['a negative shape', npy(dict("'<f4'", '-1,'), four), 'w: its header does not give descr'],
    ['a shape past all integers', npy(dict("'<f4'", '99999999999999999999,'), four), 'w: its header does not give'],
    ['a huge shape', npy(dict("'<f4'", '9007199254740991, 9007199254740991'), four), 'w: got 4 bytes, expected 3.2'],
    ['too few numbers', npy(dict("'<f4'", '2,'), four), 'w: got 4 bytes, expected 8 for <f4 [2]; the file is damaged.'],
    ['too many numbers', npy(dict("'<f4'", ''), Buffer.alloc(8)), 'w: got 8 bytes, expected 4 for <f4 []'],
    [
      'a number past float32',
      npy(dict("'<f8'", '1,'), Buffer.from(Float64Array.of(1e39).buffer)),
      'w: got 1e+39, expected numbers up to 3.4e38',
    ],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, 'w')).toThrow(message);
  });

  it('comes back as it was written, its numbers at a multiple of 64 bytes', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.float()), (shape, numbers) => {
        const count = shape.reduce((product, axis) => product * axis, 1);
        const array = { shape, data: Float32Array.from([...numbers.take(count)]) };
        const bytes = encodeNpy(array);
        expect((bytes.length - 4 * count) % 64).toBe(0);
        expect(decodeNpy(bytes, 'w')).toEqual(array);
      }),
    );
  });
});

describe('a zip archive', () => {
  const entries = new Map([
    ['a', Buffer.from('first')],
    ['b/é', Buffer.alloc(1000, 'x')],
    ['none', Buffer.alloc(0)],
  ]);
  const packed = (): Buffer => Buffer.concat(zip(entries, 'w'));
  const plain = (archive: Map<string, Uint8Array>): [string, string][] =>
    [...archive].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);

  it('comes back as it was written', () => {
    expect(plain(unzip(packed(), 'w'))).toEqual(plain(entries));
    expect(unzip(Buffer.concat(zip(new Map(), 'w')), 'w').size).toBe(0);
  });
  it('is the same for the same content', () => {
    expect(packed()).toEqual(packed());
  });
  it('is never read silently when it is cut off or a byte of it is changed', () => {
    const bytes = packed();
    for (let length = 0; length < bytes.length; length++)
      expect(() => unzip(bytes.subarray(0, length), 'w')).toThrow(/^w: /);
    const content = bytes.indexOf('first');
    bytes[content] = 0;
    expect(() => unzip(bytes, 'w')).toThrow('w: a does not unpack; the file is damaged, copy it again.');
  });

  /** The archive with another number in the only directory entry, `at` bytes into it. */
  function changed(at: number, value: number, size: 2 | 4, data: Uint8Array = Buffer.from('first')): Buffer {
    const bytes = Buffer.concat(zip(new Map([['a', data]]), 'w'));
    bytes.writeUIntLE(value, bytes.indexOf('PK\x01\x02') + at, size);
    return bytes;
  }
  test.each<[string, Buffer, string]>([
    ['encrypted', changed(8, 1, 2), 'w: a is encrypted, expected a plain archive; pack it without.'],
    ['packed another way', changed(10, 12, 2), 'w: a does not unpack'],
    ['deflated but is not', changed(10, 8, 2), 'w: a does not unpack'],
    ['larger than it says', changed(24, 4, 4), 'w: a does not unpack'],
    ['past the end', changed(20, 2 ** 31, 4), 'w: a does not unpack'],
    ['elsewhere', changed(42, 2 ** 31, 4), 'w: a does not unpack'],
    ['where nothing begins', changed(42, 1, 4), 'w: a does not unpack'],
    ['listed wrongly', changed(0, 0, 4), 'w: its directory is broken'],
  ])('is refused where an entry is %s', (_, bytes, message) => {
    expect(() => unzip(bytes, 'w')).toThrow(message);
  });

  it('unpacks to no more than it says', () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    const bytes = changed(10, 8, 2, bomb);
    bytes.writeUInt32LE(4, bytes.indexOf('PK\x01\x02') + 24);
    expect(() => unzip(bytes, 'w')).toThrow('w: a does not unpack');
  });
});
