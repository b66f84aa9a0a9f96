import { fromFloat16, fromFloat64, wordsOf } from './float32';

/** Numbers in row-major order and the shape that they stand in. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
const BYTES: ReadonlyMap<string, number> = new Map([['<f8', 8], ['<f4', 4], ['<f2', 2]]); // prettier-ignore

/**
 * Reads NumPy's .npy layout (numpy.lib.format, versions 1 to 3):
 *   6 bytes   \x93NUMPY
 *   2 bytes   version
 *   2 or 4    the length of the header, little-endian, 4 bytes from version 2 on
 *   text      a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *   the rest  the numbers
 * float16 and float64 become float32, column-major order becomes row-major.
 *
 * @param name what the array is called in messages
 * @throws Error, one sentence, for another type, above all objects, which are pickles, and for a damaged array
 */
export function decodeNpy(bytes: Uint8Array, name: string): NumpyArray {
  const { descr, fortran, shape, start } = headerOf(bytes, name);
  if (/^\|?O/.test(descr)) {
    throw new Error(
      `${name}: got Python objects, expected numbers; they are a pickle, a program that would run on being read: save arrays of numbers.`,
    );
  }
  const size = BYTES.get(descr);
  if (size === undefined) {
    throw new Error(
      `${name}: got numbers of type ${descr}, expected <f4, <f8 or <f2; convert them with .astype('<f4').`,
    );
  }
  const data = bytes.subarray(start);
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (data.length !== count * size) {
    throw new Error(
      `${name}: got ${data.length} bytes, expected ${count * size} for ${descr} [${shape.join(', ')}]; the file is damaged.`,
    );
  }
  const values =
    size === 8 ? fromFloat64(data, name) : size === 2 ? fromFloat16(data) : new Float32Array(wordsOf(data));
  return { shape, data: fortran ? toRowMajor(values, shape) : values };
}

function headerOf(
  bytes: Uint8Array,
  name: string,
): { descr: string; fortran: boolean; shape: number[]; start: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || buffer.toString('latin1', 0, 6) !== MAGIC) {
    throw new Error(`${name}: this is no .npy array, which begins with \\x93NUMPY.`);
  }
  const wide = (buffer[6] ?? 0) > 1;
  const from = wide ? 12 : 10;
  const start = from + (wide ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8));
  const header = buffer.toString('utf8', from, start);
  const descr = /'descr':\s*('[^']*'|\[.*\])/s.exec(header)?.[1]?.replaceAll("'", '');
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1]?.split(',').map((axis) => axis.trim()).filter((axis) => axis !== '').map(Number); // prettier-ignore
  if (start > buffer.length || !descr || !fortran || !shape?.every(Number.isSafeInteger)) {
    throw new Error(`${name}: its header does not give descr, fortran_order and shape; the file is damaged.`);
  }
  return { descr, fortran: fortran === 'True', shape, start };
}

/** The first index varies fastest in what comes in, the last one in what goes out. */
function toRowMajor(values: Float32Array, shape: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  const index = shape.map(() => 0);
  for (const value of values) {
    out[index.reduce((flat, i, axis) => flat * (shape[axis] ?? 1) + i, 0)] = value;
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis] = ((index[axis] ?? 0) + 1) % (shape[axis] ?? 1);
      if (index[axis] !== 0) break;
    }
  }
  return out;
}

/** The array as a .npy file of version 1, '<f4' in row-major order. */
export function encodeNpy({ shape, data }: NumpyArray): Uint8Array {
  const tuple = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const header = Buffer.alloc(Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT, ' ');
  header.write(MAGIC, 'latin1');
  header.set([1, 0], 6);
  header.writeUInt16LE(header.length - 10, 8);
  header.write(dict, 10);
  header.write('\n', header.length - 1);
  const numbers = wordsOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([header, new Uint8Array(numbers)]);
}
