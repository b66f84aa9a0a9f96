import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkFloat32 } from '../files/float32';
import type { NumpyArray } from '../files/npy';
import { isZip, refusePickle } from '../files/pickle';
import { writeWhole } from '../files/write-whole';
import { numbersOf, type WeightRecord } from './arrays';
import { bytesOf } from './bytes';

type Library = Awaited<ReturnType<typeof library>>;

const SIGNATURE = '\x89HDF\r\n\x1a\n';
/** More than the deepest model has; a group may contain itself. */
const DEEPEST = 64;
const MOST = 100_000;

/** HDF5 in WebAssembly is four megabytes, so it is loaded by the first file that needs it. */
async function library() {
  const hdf5 = await import('h5wasm/node');
  // Unless asked to throw, the library writes pages of its own to stderr.
  (await hdf5.ready).activate_throwing_error_handler();
  return hdf5;
}

/**
 * Reads an HDF5 file, such as `model.save_weights('model.weights.h5')` of Keras 3 or the `.h5` of Keras 2: paths to arrays, which
 * are plain numbers and need no disposing, layers in the order of the model. f8 becomes f4. What holds no floating-point numbers,
 * such as a seed or a count of steps, is left out, and links into other files are not followed.
 *
 * @throws Error, one sentence, where there is no such file, it is damaged, it is a pickle, or its numbers are neither f4 nor f8
 */
export async function readHdf5(file: string): Promise<Record<string, NumpyArray>> {
  await checkSignature(file);
  const hdf5 = await library();
  const arrays: [string, NumpyArray][] = [];
  let visited = 0;
  const walk = (group: InstanceType<Library['Group']>, prefix: string, depth: number): void => {
    for (const name of orderOf(group)) {
      const node = group.get(name);
      if (++visited > MOST || depth > DEEPEST) {
        throw new Error(`${prefix}${name} is one of too many, or contains itself`);
      }
      if (node instanceof hdf5.Group) walk(node, `${prefix}${name}/`, depth + 1);
      if (!(node instanceof hdf5.Dataset) || !isFloat(node.dtype)) continue;
      arrays.push([`${prefix}${name}`, arrayOf(node, `${file}: ${prefix}${name}`)]);
    }
  };
  try {
    const opened = new hdf5.File(file, 'r');
    try {
      walk(opened, '', 0);
    } finally {
      opened.close();
    }
  } catch (cause) {
    const { message } = cause as Error;
    if (message.startsWith(file)) throw cause;
    throw new Error(`${file}: it cannot be read as HDF5 (${message.split('\n', 1)[0] ?? ''}); copy it again.`, {
      cause,
    });
  }
  return Object.fromEntries(arrays);
}

/** Keras 2 lists its layers; Keras 3 counts them: lstm, lstm_1, ..., lstm_10. */
function orderOf(group: InstanceType<Library['Group']>): string[] {
  const listed: unknown = group.attrs.layer_names?.value;
  const keys = group.keys().sort((a, b) => {
    const [[kindA, countA], [kindB, countB]] = [counted(a), counted(b)];
    return kindA === kindB ? countA - countB : kindA < kindB ? -1 : 1;
  });
  if (!Array.isArray(listed)) return keys;
  const names = listed.map(String).filter((name) => keys.includes(name));
  return [...names, ...keys.filter((name) => !names.includes(name))];
}

function counted(name: string): [kind: string, count: number] {
  const [, kind = name, count = '0'] = /^(.*?)_?(\d{1,9})$/.exec(name) ?? [];
  return [kind, Number(count)];
}

/** '<f' is f4, 'd' f8 and 'e' f2, as Python's struct writes types. */
function isFloat(dtype: unknown): boolean {
  return typeof dtype === 'string' && /^[<>]?[efd]$/.test(dtype);
}

function arrayOf(dataset: InstanceType<Library['Dataset']>, name: string): NumpyArray {
  const { shape, dtype } = dataset;
  if (dtype !== '<f' && dtype !== '<d') {
    throw new Error(
      `${name}: got numbers of type ${dtype as string}, expected <f4 or <f8; convert them before saving.`,
    );
  }
  const { value } = dataset;
  const numbers = typeof value === 'number' ? [value] : (value as Float32Array | Float64Array);
  numbers.forEach((number) => { checkFloat32(number, name); }); // prettier-ignore
  return { shape: shape ?? [], data: Float32Array.from(numbers) };
}

async function checkSignature(file: string): Promise<void> {
  const handle = await open(file).catch(() => undefined);
  const { buffer } = (await handle?.read(Buffer.alloc(SIGNATURE.length), 0, SIGNATURE.length, 0)) ?? {};
  await handle?.close();
  if (buffer?.toString('latin1') === SIGNATURE) return;
  const { bytes } = await bytesOf(file);
  refusePickle(bytes, file);
  const keras = isZip(bytes) && Buffer.from(bytes).includes('model.weights.h5');
  const advice = keras
    ? 'it is a whole model of Keras: unzip it and give the model.weights.h5 inside'
    : "give a file that model.save_weights('model.weights.h5') wrote";
  throw new Error(`${file}: this is no HDF5 file; ${advice}.`);
}

/**
 * Writes an HDF5 file of float32 arrays, each in the groups that its path names. With the names of {@link toKerasNames} it is what
 * `model.load_weights('model.weights.h5')` of Keras 3 reads. The file appears by rename, whole.
 *
 * @throws Error for what is no float32 tensor or array of numbers, for a path inside of another array, and where the file cannot be
 *   written
 */
export async function writeHdf5(file: string, record: WeightRecord): Promise<void> {
  const arrays = Object.entries(record).map(([name, array]) => [name.split('/'), numbersOf(name, array)] as const);
  const hdf5 = await library();
  const folder = await mkdtemp(path.join(tmpdir(), 'hdf5-'));
  try {
    const part = path.join(folder, 'part.h5');
    const opened = new hdf5.File(part, 'w');
    try {
      for (const [names, { shape, data }] of arrays) {
        let group: InstanceType<Library['Group']> = opened;
        for (const name of names.slice(0, -1)) {
          const there = group.keys().includes(name) ? group.get(name) : group.create_group(name);
          if (!(there instanceof hdf5.Group)) throw new Error(`${names.join('/')}: got a path inside of ${name}, expected groups; ${name} is an array.`); // prettier-ignore
          group = there;
        }
        group.create_dataset({ name: names.at(-1) ?? '', data, shape: [...shape], dtype: '<f' });
      }
    } finally {
      opened.close();
    }
    await writeWhole(file, [await readFile(part)]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
