import { describe, expect, it, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from 'kernel-lib/files/safetensors';

/** A file with this header and data, however wrong. */
function raw(header: unknown, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}
const entry = (from: number, to: number, shape = [(to - from) / 4], dtype = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
const read = (bytes: Uint8Array, wanted?: (name: string) => boolean): Record<string, StoredTensor> =>
  Object.fromEntries(decodeSafetensors(bytes, 'w', wanted).tensors);

describe('types that tfjs does not have become float32', () => {
  const one = (dtype: string, size: number, bytes: Uint8Array): number[] => [
    ...(read(raw({ t: entry(0, bytes.length, [bytes.length / size], dtype) }, bytes)).t?.values ?? []),
  ];

  test.each([
    // sign, exponent, fraction; by IEEE 754-2019, section 3.4
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x8000, -0],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
    [0x3555, 0.333251953125],
  ])('float16 %i is %d', (bits, value) => {
    expect(one('F16', 2, Uint8Array.of(bits & 0xff, bits >> 8))).toEqual([value]);
  });

  const half = (values: Float32Array): Uint8Array => {
    const tensors = new Map<string, StoredTensor>([['t', { dtype: 'float32', shape: [values.length], values }]]);
    return Buffer.concat(encodeSafetensors({ tensors, metadata: {} }, { float16: true }));
  };

  test('every float16 is written as it was read', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((word) => (word & 0x7fff) <= 0x7c00);
    const values = read(raw({ t: entry(0, 2 * bits.length, [bits.length], 'F16') }, new Uint8Array(bits.buffer))).t;
    expect(values?.values).toHaveLength(2 * 0x7c01);
    expect(
      Buffer.compare(half(values?.values as Float32Array).subarray(-2 * bits.length), Buffer.from(bits.buffer)),
    ).toBe(0);
  });

  test.each([
    // halfway between two, to the even one; a hair beyond, to the nearer
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
    [-(2 - 2 ** -12), -2],
    [2 ** -25, 0],
    [1.5 * 2 ** -24, 2 ** -23],
    [2 ** -14 - 2 ** -26, 2 ** -14],
    [65519, 65504],
    [NaN, NaN],
  ])('%d is rounded to the float16 %d', (value, rounded) => {
    expect([...(read(half(Float32Array.of(value))).t?.values ?? [])]).toEqual([rounded]);
  });

  test('what float16 would make infinite is refused, whole numbers stay', () => {
    expect(() => half(Float32Array.of(-65520))).toThrow('t: got -65520, expected numbers up to 65504');
    const tensors = new Map<string, StoredTensor>([
      ['n', { dtype: 'int32', shape: [1], values: Int32Array.of(70000) }],
    ]);
    const bytes = Buffer.concat(encodeSafetensors({ tensors, metadata: {} }, { float16: true }));
    expect(read(bytes).n?.values).toEqual(Int32Array.of(70000));
  });

  test.each([
    [0x3f80, 1],
    [0xc049, -3.140625],
    [0x7f7f, Math.fround(3.3895313892515355e38)],
    [0x0001, Math.fround(9.183549615799121e-41)],
    [0x8000, -0],
    [0xff80, -Infinity],
    [0x7fc0, NaN],
  ])('bfloat16 %i is %d', (bits, value) => {
    expect(one('BF16', 2, Uint8Array.of(bits & 0xff, bits >> 8))).toEqual([value]);
  });

  test('float64 is rounded to the nearest float32', () => {
    const values = Float64Array.of(0.1, -1 / 3, 1e-300, -0, NaN, Infinity, 3.4028234663852886e38);
    expect(one('F64', 8, new Uint8Array(values.buffer))).toEqual([...Float32Array.from(values)]);
  });

  test('a float64 that float32 would make infinite is refused', () => {
    expect(() => one('F64', 8, new Uint8Array(Float64Array.of(1, -1e39).buffer))).toThrow(
      'w: t: got -1e+39, expected numbers up to 3.4e38, the largest that float32 holds.',
    );
  });

  test('others stay what they are, at any alignment', () => {
    const data = Buffer.concat([Buffer.from([1]), Buffer.from(Float32Array.of(0.1).buffer), Buffer.from([254, 255, 255, 255])]); // prettier-ignore
    const file = raw({ b: entry(0, 1, [1], 'BOOL'), f: entry(1, 5), i: entry(5, 9, [], 'I32') }, data);
    expect(read(file)).toEqual({
      b: { dtype: 'bool', shape: [1], values: Uint8Array.of(1) },
      f: { dtype: 'float32', shape: [1], values: Float32Array.of(0.1) },
      i: { dtype: 'int32', shape: [], values: Int32Array.of(-2) },
    });
  });
});

describe('a hostile header', () => {
  const eight = Buffer.alloc(8);
  test.each<[string, Uint8Array, string]>([
    ['two tensors in one place', raw({ a: entry(0, 4), b: entry(0, 4) }, eight.subarray(4)), 'w: b begins inside of another tensor; the file is damaged.'],
    ['tensors that overlap', raw({ a: entry(0, 8), b: entry(4, 12) }, Buffer.alloc(12)), 'w: b begins inside of another tensor; the file is damaged.'],
    ['a hole', raw({ a: entry(0, 4), b: entry(8, 12) }, Buffer.alloc(12)), 'w: b begins 4 bytes after the one before it ends; the file is damaged.'],
    ['a first tensor that is late', raw({ a: entry(4, 8) }, eight), 'w: a begins 4 bytes after the one before it ends; the file is damaged.'],
    ['a tensor backwards', raw({ a: entry(8, 4, [1], 'I64') }, eight), 'w: a ends before it begins; the file is damaged.'],
    ['a huge shape', raw({ a: entry(0, 8, [2 ** 53 - 1, 2 ** 53 - 1]) }, eight), `where F32 [${2 ** 53 - 1}, ${2 ** 53 - 1}] needs`],
    ['a shape past all integers', raw('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}', eight), 'does not give dtype, shape and data_offsets of a'],
    ['a tensor past the end', raw({ a: entry(0, 4 * 2 ** 40) }, eight), 'w: the file ends after '],
    ['a type named as a method of objects', raw({ a: entry(0, 8, [1], 'toString') }, eight), 'a is of type toString, expected F64, F32, F16, BF16, I32 or BOOL'],
    ['a list for a tensor', raw({ a: [1, 2] }, eight), 'does not give dtype, shape and data_offsets of a'],
    ['null for a tensor', raw({ a: null }, eight), 'does not give dtype, shape and data_offsets of a'],
    ['a header longer than the file', Buffer.concat([Buffer.from([255, 255, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]), 'w: the file ends after 10 bytes, its header needs 65543; it was cut off, copy it again.'],
    ['a header longer than any', Buffer.concat([Buffer.alloc(8, 255), Buffer.from('{}')]), 'w: this is no safetensors file'],
    ['a header nested deeper than a stack', raw(`{"a":${'['.repeat(200_000)}`), 'w: its header is not JSON; the file is damaged.'],
    ['a __metadata__ of numbers', raw({ __metadata__: { a: 1 } }), 'w: its __metadata__ is not a record of strings; the file is damaged.'],
    ['the old format of torch.save', Buffer.from('80028a0a6cfc9c46f920', 'hex'), "w: this is a pickle, a program that would run on being read; convert it in Python: safetensors.torch.save_file(model.state_dict(), 'model.safetensors')."],
    ['the format of torch.save', Buffer.from('PK\x03\x04................archive/data.pkl', 'latin1'), 'w: this is a pickle, a program that would run'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  }); // prettier-ignore

  it('that names a tensor __proto__ gets a tensor of that name', () => {
    const tensors = read(raw('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', Buffer.alloc(4)));
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  });

  it('may describe a type that nobody wants, which is then not read', () => {
    const file = raw({ a: entry(0, 8, [1], 'I64'), b: entry(8, 12) }, Buffer.alloc(12));
    expect(Object.keys(read(file, (name) => name === 'b'))).toEqual(['b']);
    expect(() => read(file)).toThrow('w: a is of type I64');
  });
});

it('is no pickle where the length of its header begins as one', () => {
  const header = JSON.stringify({ a: entry(0, 4) });
  const file = raw(header.padEnd(0x0280), Buffer.alloc(4));
  expect([...file.subarray(0, 2)]).toEqual([0x80, 0x02]);
  expect(Object.keys(read(file))).toEqual(['a']);
});

it('has tensors in any order, and empty ones', () => {
  const file = raw({ b: entry(4, 8), none: entry(4, 4, [0, 7]), a: entry(0, 4) }, Buffer.alloc(8, 1));
  expect(Object.keys(read(file)).sort()).toEqual(['a', 'b', 'none']);
  expect(read(file).none?.shape).toEqual([0, 7]);
});

it('writes types as the specification names them', () => {
  const pieces = encodeSafetensors({
    tensors: new Map([['m', { dtype: 'bool', shape: [2], values: Uint8Array.of(1, 0) }]]),
    metadata: {},
  });
  expect(Buffer.concat(pieces).toString('utf8', 8)).toContain('"m":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}');
});

it('writes and reads every name', () => {
  const tensor: StoredTensor = { dtype: 'float32', shape: [1], values: Float32Array.of(1) };
  const tensors = new Map(['__proto__', 'a.b', 'é"\n', ''].map((name) => [name, tensor]));
  const { tensors: back } = decodeSafetensors(Buffer.concat(encodeSafetensors({ tensors, metadata: {} })), 'w');
  expect(back).toEqual(tensors);
});
