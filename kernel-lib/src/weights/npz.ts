import { decodeNpy, encodeNpy, type NumpyArray } from '../files/npy';
import { isZip, refusePickle } from '../files/pickle';
import { writeWhole } from '../files/write-whole';
import { unzip, zip } from '../files/zip';
import { numbersOf, type WeightArray, type WeightRecord } from './arrays';
import { bytesOf } from './bytes';

/**
 * Reads an .npz file, as `np.savez(file, *layer.get_weights())` (names arr_0, arr_1, ...) or `np.savez(file, kernel=...)` writes
 * one, compressed or not: names to arrays, which are plain numbers and need no disposing. f8 and f2 become f4.
 *
 * @param source a path, or the file's bytes
 * @throws Error, one sentence, where there is no such file, it is damaged, or an array in it holds no floating-point numbers
 */
export async function readNpz(source: string | Uint8Array): Promise<Record<string, NumpyArray>> {
  const { bytes, name } = await bytesOf(source);
  refusePickle(bytes, name);
  if (!isZip(bytes)) {
    throw new Error(`${name}: this is no .npz file, which is a zip archive; give a file that np.savez wrote.`);
  }
  const entries = [...unzip(bytes, name)];
  const stray = entries.find(([entry]) => !entry.endsWith('.npy'));
  if (stray !== undefined) {
    throw new Error(`${name}: got ${stray[0]} in it, expected .npy arrays only; give a file that np.savez wrote.`);
  }
  return Object.fromEntries(
    entries.map(([entry, data]) => [entry.slice(0, -'.npy'.length), decodeNpy(data, `${name}: ${entry}`)]),
  );
}

/**
 * Writes an .npz file, which `np.load(file)` reads back. The file appears by rename, whole.
 *
 * @param weights a list, such as `toKeras` gives, whose arrays will be called arr_0, arr_1, ..., or names to arrays
 * @throws Error for what is no float32 tensor or array of numbers, and where the file cannot be written
 */
export async function writeNpz(file: string, weights: WeightRecord | readonly WeightArray[]): Promise<void> {
  const named = Array.isArray(weights)
    ? weights.map((array: WeightArray, n) => [`arr_${n}`, array] as const)
    : Object.entries(weights as WeightRecord);
  const entries = named.map(([name, array]) => [`${name}.npy`, encodeNpy(numbersOf(name, array))] as const);
  await writeWhole(file, zip(new Map(entries), file));
}
