import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disposeCheckpoint, loadCheckpoint, saveCheckpoint } from 'kernel-lib/train';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'));
  file = path.join(folder, 'run.safetensors');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A file with this header and data, however wrong. */
function raw(header: unknown, data = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('a checkpoint', () => {
  it('brings back every bit, shape, type and the state', async () => {
    const odd = Float32Array.of(0.1, -0, 1e-45, 3.4e38, NaN, -Infinity);
    const params = {
      rnn: { Whh: tf.tensor2d(odd, [2, 3]), n: tf.tensor1d([7, -7], 'int32') },
      flag: tf.tensor1d([true, false, true], 'bool'),
      empty: tf.zeros([0, 2]),
    };
    const state = { step: 12, vocabulary: ['h', 'é', '日', '\n'], rate: 0.1 };
    const best = { b: tf.tensor1d([1]) };
    const optimizer = { weights: Array.from({ length: 12 }, (_, i) => tf.scalar(i)), betas: [0.9, 0.999] as const };
    const before = tf.memory().numTensors;
    await saveCheckpoint(file, { params, optimizer, best, state });
    expect(tf.memory().numTensors).toBe(before);
    const loaded = await loadCheckpoint(file);
    const rnn = loaded.params.rnn as Record<string, tf.Tensor>;
    expect(new Uint32Array(Float32Array.from(rnn.Whh?.dataSync() ?? []).buffer)).toEqual(new Uint32Array(odd.buffer));
    expect([rnn.Whh?.shape, rnn.n?.dtype, rnn.n?.arraySync()]).toEqual([[2, 3], 'int32', [7, -7]]);
    expect((loaded.params.flag as tf.Tensor).arraySync()).toEqual([1, 0, 1]);
    expect((loaded.params.empty as tf.Tensor).shape).toEqual([0, 2]);
    expect(loaded.optimizer?.weights.map((weight) => weight.arraySync())).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect([loaded.optimizer?.betas, loaded.state]).toEqual([[0.9, 0.999], state]);
    expect((loaded.best?.b as tf.Tensor).arraySync()).toEqual([1]);
    disposeCheckpoint(loaded);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is laid out as the safetensors specification says', async () => {
    await saveCheckpoint(file, { params: { b: tf.tensor1d([1, -2]), n: tf.scalar(3, 'int32') } });
    const bytes = await readFile(file);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    expect(length % 8).toBe(0);
    expect(header['params.b']).toEqual({ dtype: 'F32', shape: [2], data_offsets: [0, 8] });
    expect(header['params.n']).toEqual({ dtype: 'I32', shape: [], data_offsets: [8, 12] });
    expect(header.__metadata__).toMatchObject({ format: 'kernel-lib checkpoint', version: '1' });
    expect(bytes.subarray(8 + length).toString('hex')).toBe('0000803f000000c003000000');
  });

  it('reads its own file back when it is cut off at any byte: never silently', async () => {
    await saveCheckpoint(file, { params: { b: tf.tensor1d([1, -2]) } });
    const bytes = await readFile(file);
    const cut = path.join(folder, 'cut');
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(cut, bytes.subarray(0, length));
      await expect(loadCheckpoint(cut)).rejects.toThrow(
        /it was cut off, copy it again|expected a safetensors file|no safetensors/,
      );
    }
  });
});

describe('loading says in one sentence what is wrong', () => {
  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const ours = { format: 'kernel-lib checkpoint', version: '1', state: '{"optimizer":false}' };
  const four = Buffer.alloc(4);
  it.each<[string, Buffer, string]>([
    ['a text', Buffer.from('{"loss": 1.25, "step": 3}'), 'this is no safetensors file'],
    ['no JSON', raw('{"a": '), 'its header is not JSON; the file is damaged.'],
    [
      'bytes after the end',
      raw({ __metadata__: ours, 'params.b': entry }, Buffer.alloc(9)),
      'where its header describes',
    ],
    [
      'a size that does not fit the shape',
      raw({ 'params.b': { ...entry, shape: [2] } }, four),
      'params.b has 4 bytes where F32 [2] needs 8; the file is damaged.',
    ],
    [
      'another type',
      raw({ 'params.b': { ...entry, dtype: 'I64' } }, four),
      'params.b is of type I64, expected F64, F32, F16, BF16, I32 or BOOL; convert it before saving.',
    ],
    [
      'no offsets',
      raw({ 'params.b': { dtype: 'F32', shape: [1] } }, four),
      'its header does not give dtype, shape and data_offsets of params.b; the file is damaged.',
    ],
    ['a negative size', raw({ 'params.b': { ...entry, shape: [-1] } }, four), 'its header does not give dtype, shape'],
    [
      'metadata that are no strings',
      raw({ __metadata__: { a: 1 }, 'params.b': entry }, four),
      'its __metadata__ is not a record of strings; the file is damaged.',
    ],
    [
      "someone else's tensors",
      raw({ 'params.b': entry }, four),
      'a safetensors file, but no checkpoint of this library',
    ],
    [
      'a later version',
      raw({ __metadata__: { ...ours, version: '2' }, 'params.b': entry }, four),
      'a checkpoint of version 2, expected version 1; read it with the kernel-lib that wrote it, or train again.',
    ],
    [
      'a state that is no JSON',
      raw({ __metadata__: { ...ours, state: '{' }, 'params.b': entry }, four),
      'the state in its metadata is not JSON; the file is damaged.',
    ],
    [
      'a stray tensor',
      raw({ __metadata__: ours, other: entry }, four),
      'other is in none of the groups params, best, optimizer; the file is damaged.',
    ],
  ])('%s', async (_, bytes, message) => {
    await writeFile(file, bytes);
    const before = tf.memory().numTensors;
    const error = await loadCheckpoint(file).catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message.startsWith(`${file}: `)).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('no file', async () => {
    await expect(loadCheckpoint(file)).rejects.toThrow(
      `${file}: there is no such file; save a checkpoint first or correct the path.`,
    );
  });
});

describe('saving', () => {
  it('refuses what it could not bring back', async () => {
    await expect(saveCheckpoint(file, { params: { s: tf.tensor1d(['a']) } })).rejects.toThrow(
      'params.s: got dtype string, expected float32, int32 or bool; a checkpoint holds no other.',
    );
    await expect(saveCheckpoint(path.join(folder, 'no', 'x'), { params: { b: tf.zeros([1]) } })).rejects.toThrow(
      `there is no folder ${path.join(folder, 'no')}; make it first, or correct the path.`,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing behind when the disk refuses', async () => {
    // A folder of the file's name: the rename fails after the part was written whole.
    const { mkdir } = await import('node:fs/promises');
    await mkdir(path.join(file, 'occupied'), { recursive: true });
    await expect(saveCheckpoint(file, { params: { b: tf.zeros([1]) } })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([path.basename(file)]);
  });

  it('survives SIGKILL at any moment: there is always a whole checkpoint, and the leavings go with the next save', async () => {
    const script = new URL('./save-forever.ts', import.meta.url).pathname;
    let last = -1;
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = new Promise((resolve) => child.once('close', resolve));
      await new Promise<void>((resolve, reject) => {
        let lines = 0;
        child.once('error', reject);
        child.stdout.on('data', (text: Buffer) => {
          lines += text.toString().split('\n').length - 1;
          if (lines > round) resolve();
        });
      });
      // Past the first saves, at a moment that no one chose: some writes are whole, one is under way.
      await new Promise((resolve) => setTimeout(resolve, 3 * round));
      child.kill('SIGKILL');
      await closed;
      const checkpoint = await loadCheckpoint(file);
      const values = (checkpoint.params.W as tf.Tensor).dataSync();
      const { saves } = checkpoint.state as { saves: number };
      expect(values.every((value) => value === saves)).toBe(true);
      expect(saves).toBeGreaterThan(0);
      last = saves;
      disposeCheckpoint(checkpoint);
    }
    expect(last).toBeGreaterThan(0);
    await writeFile(`${file}.999999999-00000000.part`, 'half');
    await writeFile(`${file}.${process.pid}-00000000.part`, 'of a live process');
    await saveCheckpoint(file, { params: { b: tf.zeros([1]) } });
    expect((await readdir(folder)).sort()).toEqual([
      path.basename(file),
      `${path.basename(file)}.${process.pid}-00000000.part`,
    ]);
  });
});
