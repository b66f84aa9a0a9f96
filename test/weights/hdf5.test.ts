import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { fromKeras, readHdf5, readNpz, toKerasNames, writeHdf5, type KerasCell } from 'kernel-lib/weights';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { draw } from './draw';
import { bitsOf } from './walk';

const golden = (name: string): string => new URL(`../golden/weights/${name}`, import.meta.url).pathname;
const array = { shape: [2], data: [1, 2] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hdf5-test-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** An array named a. */
async function writeTyped(file: string, dtype: string, data: number[]): Promise<void> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const opened = new hdf5.File(file, 'w');
  opened.create_dataset({ name: 'a', data, shape: [2], dtype });
  opened.close();
}

describe('what Keras wrote as HDF5 and as npz is the same network', () => {
  test.each([
    ['keras-lstm-both-directions.weights.h5', 'keras-lstm-both-directions.npz', true],
    ['keras-simple-rnn.h5', 'keras-simple-rnn.npz', false],
  ])('%s', async (file, npz, bidirectional) => {
    const [record, list] = [await readHdf5(golden(file)), await readNpz(golden(npz))];
    tf.tidy(() => {
      expect(bitsOf(fromKeras(record))).toEqual(bitsOf(fromKeras(list, { bidirectional })));
    });
  });
});

describe('what is written for Keras', () => {
  const kept = process.env.WRITE_WEIGHTS;
  it.each(['simple-rnn', 'gru', 'gru-reset-before', 'gru-deep', 'lstm', 'lstm-both-directions', 'lstm-two-layers'])(
    'comes back bit for bit: %s',
    async (name) => {
      const bidirectional = /both|deep/.test(name);
      const network = fromKeras(await readNpz(golden(`keras-${name}.npz`)), { bidirectional });
      const record = toKerasNames<KerasCell>(network.layers, { cell: network.cell });
      if (kept !== undefined) await mkdir(kept, { recursive: true });
      // For test/golden/weights_keras_golden.py check.
      const file = path.join(kept ?? folder, `keras-${name}.weights.h5`);
      await writeHdf5(file, record);
      const back = fromKeras(await readHdf5(file));
      expect(bitsOf(back)).toEqual(bitsOf(network));
      tf.dispose([network, back, record] as never);
    },
  );

  it('stays in the order of the layers past the tenth', async () => {
    const layers = draw('rnn', 12, false);
    const record = toKerasNames(layers as never, { cell: 'rnn' });
    expect(Object.keys(record).at(-1)).toBe('layers/simple_rnn_11/cell/vars/2');
    const file = path.join(folder, 'twelve.weights.h5');
    await writeHdf5(file, record);
    const back = fromKeras(await readHdf5(file));
    expect(bitsOf(back)).toEqual(bitsOf({ cell: 'rnn', bidirectional: false, layers }));
    tf.dispose([layers, record, back] as never);
  });
});

test('names are those that Keras gives', async () => {
  const names = Object.keys(await readHdf5(golden('keras-lstm-both-directions.weights.h5')));
  const [one, two] = [draw('lstm', 1, true), draw('gru (reset before)', 2, false)];
  const recurrent = names.filter((name) => name.includes('/cell/')).sort();
  expect(Object.keys(toKerasNames(one as never, { cell: 'lstm' })).sort()).toEqual(recurrent);
  expect(Object.keys(toKerasNames(two as never, { cell: 'gru (reset before)' }))).toEqual(
    ['layers/gru', 'layers/gru_1'].flatMap((layer) => [0, 1, 2].map((part) => `${layer}/cell/vars/${part}`)),
  );
});

describe('a file', () => {
  test.each([
    ['<d', [0.1, -1e-300], [Math.fround(0.1), -0]],
    ['<f', [0.5, -2], [0.5, -2]],
  ])('of numbers %s is read as float32', async (dtype, data, read) => {
    const file = path.join(folder, 'types.h5');
    await writeTyped(file, dtype, data);
    expect(await readHdf5(file)).toEqual({ a: { shape: [2], data: Float32Array.from(read) } });
  });
  test('of numbers past float32 is refused', async () => {
    const file = path.join(folder, 'types.h5');
    await writeTyped(file, '<d', [1, 1e39]);
    await expect(readHdf5(file)).rejects.toThrow(
      /^\S+types\.h5: a: got 1e\+39, expected numbers up to 3\.4e38, the largest that float32 holds\.$/,
    );
  });
  test('of half precision is refused', async () => {
    await expect(readHdf5(golden('hdf5-half.h5'))).rejects.toThrow(
      /half\.h5: a: got numbers of type <e, expected <f4 or <f8; convert them before saving\.$/,
    );
  });
  test('of integers, such as a seed, is read without them', async () => {
    const file = path.join(folder, 'types.h5');
    await writeTyped(file, '<i', [1, 2]);
    expect(await readHdf5(file)).toEqual({});
  });

  it('of arrays at paths comes back', async () => {
    const file = path.join(folder, 'arrays.h5');
    await writeHdf5(file, {
      'a/b/c': array,
      'a/b/d': { shape: [2, 1], data: [[3], [4]] },
      e: { shape: [], data: [5] },
    });
    expect(await readHdf5(file)).toEqual({
      'a/b/c': { shape: [2], data: Float32Array.of(1, 2) },
      'a/b/d': { shape: [2, 1], data: Float32Array.of(3, 4) },
      e: { shape: [], data: Float32Array.of(5) },
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['nobody wrote', 'no.h5', 'no.h5: there is no such file; correct the path.'],
    ['of torch.save', golden('torch-pickle.pt'), 'this is a pickle, a program that would run'],
    ['of safetensors', golden('torch-rnn.safetensors'), "this is no HDF5 file; give a file that model.save_weights('model.weights.h5') wrote."], // prettier-ignore
    ['of NumPy', golden('numpy.npz'), 'this is no HDF5 file; give a file'],
  ])('%s is refused', async (_, file, message) => {
    await expect(readHdf5(file)).rejects.toThrow(message);
  });

  it('of a whole Keras model says what to do', async () => {
    const file = path.join(folder, 'model.keras');
    await writeFile(file, 'PK\x03\x04 config.json model.weights.h5');
    await expect(readHdf5(file)).rejects.toThrow(
      'this is no HDF5 file; it is a whole model of Keras: unzip it and give the model.weights.h5 inside.',
    );
  });

  it('that is cut off is refused in one sentence', async () => {
    const whole = await readFile(golden('keras-lstm-both-directions.weights.h5'));
    const file = path.join(folder, 'cut.h5');
    for (const length of [8, 100, 2000, whole.length - 5000, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      await expect(readHdf5(file)).rejects.toThrow(/^\S+cut\.h5: it cannot be read as HDF5 \(.*\); copy it again\.$/);
    }
  });

  test.each<[string, Parameters<typeof writeHdf5>[1], string]>([
    [
      'a path inside of an array',
      { a: array, 'a/b': array },
      'a/b: got a path inside of a, expected groups; a is an array.',
    ],
    ['fewer numbers than the shape says', { a: { shape: [3], data: [1] } }, 'a: got 1 numbers, expected 3'],
  ])('is not written for %s', async (_, record, message) => {
    const file = path.join(folder, 'bad.h5');
    await expect(writeHdf5(file, record)).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain('bad.h5');
  });
});

it('loads HDF5 only where a file of it is read, and lets it say nothing on stderr', async () => {
  const cut = path.join(folder, 'silent.h5');
  await writeFile(cut, (await readFile(golden('keras-simple-rnn.h5'))).subarray(0, 2000));
  const [library, file] = [new URL('../../kernel-lib/src/index.ts', import.meta.url).href, golden('keras-simple-rnn.h5')]; // prettier-ignore
  const code = `
    let instances = 0;
    const { instantiate } = WebAssembly;
    // Node's own are small.
    WebAssembly.instantiate = (...args) => { instances += args[0].byteLength > 1e6; return instantiate(...args); };
    const library = await import(${JSON.stringify(library)});
    const { weights } = library.weights ? library : library.default;
    const before = instances;
    await weights.readHdf5(${JSON.stringify(file)});
    await weights.readHdf5(${JSON.stringify(cut)}).catch(() => {});
    console.log(before, instances);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { encoding: 'utf8' }); // prettier-ignore
  expect(stdout.trim(), stderr).toBe('0 1');
  expect(stderr).not.toContain('HDF5-DIAG');
});
