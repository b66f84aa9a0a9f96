import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-node';
import { audioSpectrogram, decodeWav, encodeWav, mfcc } from 'kernel-lib/native';
import { describe, expect, it, test } from 'vitest';
import { relativeError } from '../cells/reference/case';
import { onRealCorpora } from '../data/real-corpora';
import { plainMfcc, plainPower } from './plain-audio';

interface Header {
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  readonly format?: number;
  /** What the file says, where it is not true. */
  readonly size?: number;
  /** A chunk before the samples. */
  readonly extra?: Buffer;
  /** For format 0xFFFE. */
  readonly subformat?: number;
}

const chunk = (name: string, data: Buffer, size = data.length): Buffer => {
  const head = Buffer.alloc(8);
  head.write(name);
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
};

function wav(samples: readonly number[], header: Header = {}): Buffer {
  const { channels = 1, sampleRate = 8000, bits = 16, format = 1, size, extra, subformat } = header;
  const fmt = Buffer.alloc(subformat === undefined ? 16 : 40);
  fmt.writeUInt16LE(format, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(sampleRate, 4);
  fmt.writeUInt32LE((sampleRate * channels * 2) % 2 ** 32, 8);
  fmt.writeUInt16LE((channels * 2) % 65_536, 12);
  fmt.writeUInt16LE(bits, 14);
  if (subformat !== undefined) fmt.writeUInt16LE(subformat, 24);
  const data = Buffer.from(Int16Array.from(samples).buffer);
  const chunks = Buffer.concat([chunk('fmt ', fmt), extra ?? Buffer.alloc(0), chunk('data', data, size)]);
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunks]));
}

const integers = [0, 1, -1, 32_767, -32_768, 1234];

describe('decodeWav', () => {
  test.each([1, 2, 3, 6])('gives %i channels their amplitudes', (channels) => {
    const { samples, sampleRate } = decodeWav(wav(integers, { channels, sampleRate: 44_100 }));
    expect(sampleRate).toBe(44_100);
    expect(samples.shape).toEqual([6 / channels, channels]);
    expect(Array.from(samples.dataSync())).toEqual(integers.map((value) => value / 32_768));
    samples.dispose();
  });

  test('skips other chunks, of odd size too, and reads the longer format', () => {
    const extra = chunk('LIST', Buffer.from('odd'));
    for (const file of [wav(integers, { extra }), wav(integers, { format: 0xfffe, subformat: 1 })]) {
      const { samples } = decodeWav(file);
      expect(Array.from(samples.dataSync())).toEqual(integers.map((value) => value / 32_768));
      samples.dispose();
    }
  });

  test('reads a part of a larger buffer', () => {
    const file = wav(integers);
    const within = new Uint8Array(Buffer.concat([Buffer.from('xyz'), file])).subarray(3);
    const { samples } = decodeWav(within);
    expect(samples.shape).toEqual([6, 1]);
    samples.dispose();
  });

  const riff = chunk('RIFF', Buffer.from('WAVE'));
  test.each([
    ['text', Buffer.from('Once upon a time'), 'bytes: got 16 bytes that are no WAV file, expected one, which begins with RIFF'],
    ['nothing', Buffer.alloc(0), 'bytes: got 0 bytes that are no WAV file'],
    ['no bytes', 'a.wav', 'bytes: got string, expected a Uint8Array, such as readFile gives.'],
    ['a file cut off in its samples', wav(integers).subarray(0, 50), "bytes: got 50 bytes, expected 56, as its chunk 'data' says; the file was cut off"],
    ['a file cut off in its header', wav(integers).subarray(0, 30), "bytes: got 30 bytes, expected 36, as its chunk 'fmt ' says"],
    ['a file cut off before its samples', wav(integers).subarray(0, 36), "bytes: got a WAV file without samples, expected a chunk 'data'"],
    ['a stream whose header was never finished', wav(integers, { size: 0xffffffff }), 'bytes: got 56 bytes, expected 4294967339'],
    ['nothing but the outermost chunk', riff, "bytes: got a WAV file without samples, expected a chunk 'data'"],
    ['samples before their format', Buffer.concat([riff, chunk('data', Buffer.alloc(4))]), "bytes: got samples before their format, expected the chunk 'fmt ' first"],
    ['a short format', Buffer.concat([riff, chunk('fmt ', Buffer.alloc(8))]), 'bytes: got a format of 8 bytes, expected at least 16'],
    ['floats', wav(integers, { format: 3, bits: 32 }), 'bytes: got 32-bit samples of format 3, expected 16-bit PCM, which is format 1; convert the file'],
    ['floats in the longer format', wav(integers, { format: 0xfffe, subformat: 3 }), 'bytes: got 16-bit samples of format 3'],
    ['8 bits', wav(integers, { bits: 8 }), 'bytes: got 8-bit samples of format 1, expected 16-bit PCM'],
    ['24 bits', wav(integers, { bits: 24 }), 'bytes: got 24-bit samples of format 1, expected 16-bit PCM'],
    ['no channels', wav(integers, { channels: 0 }), 'bytes: got 0 channels at 8000 samples a second, expected at least one of each'],
    ['no sample rate', wav(integers, { sampleRate: 0 }), 'bytes: got 1 channels at 0 samples a second, expected at least one of each'],
    ['an absurd sample rate', wav(integers, { sampleRate: 0xffffffff }), 'bytes: got 1 channels at 4294967295 samples a second'],
    ['no samples', wav([]), 'bytes: got a WAV file with 0 bytes of samples, expected at least one for each channel.'],
    ['half a frame', wav(integers, { channels: 4 }), 'bytes: got 12 bytes of samples, expected a multiple of 8: two for each of 4 channels'],
    ['fewer samples than channels', wav([1], { channels: 2 }), 'bytes: got a WAV file with 2 bytes of samples'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeWav(bytes as Uint8Array)).toThrow(message);
  }); // prettier-ignore
});

describe('encodeWav', () => {
  test('is what decodeWav undoes, bit for bit', () => {
    const file = wav(integers, { channels: 2 });
    const decoded = decodeWav(file);
    expect(Buffer.from(encodeWav(decoded)).equals(file)).toBe(true);
    decoded.samples.dispose();
  });

  test('rounds, and cuts what is too loud', () => {
    const samples = tf.tensor2d([[0.5], [2], [-2], [1.4 / 32_768]]);
    const decoded = decodeWav(encodeWav({ samples, sampleRate: 16_000 }));
    expect(decoded.sampleRate).toBe(16_000);
    expect(Array.from(decoded.samples.dataSync(), (value) => value * 32_768)).toEqual([16_384, 32_767, -32_768, 1]);
    tf.dispose([samples, decoded.samples]);
  });

  test('leaves no tensors behind', () => {
    const samples = tf.zeros<tf.Rank.R2>([10, 1]);
    const before = tf.memory().numTensors;
    decodeWav(encodeWav({ samples, sampleRate: 8000 })).samples.dispose();
    expect(tf.memory().numTensors).toBe(before);
    samples.dispose();
  });

  test.each([
    [() => tf.zeros([4]), 8000, 'samples: got shape [4], expected [length, channels]'],
    [() => tf.zeros([0, 1]), 8000, 'samples: got shape [0, 1], expected [length, channels]; axis 0, length, is empty.'],
    [() => tf.zeros([4, 1], 'int32'), 8000, 'samples: got dtype int32, expected float32'],
    [() => tf.fill([4, 1], NaN), 8000, 'samples: got 4 of 4 numbers that are not finite'],
    [() => tf.zeros([4, 1]), 0.5, 'sampleRate: got 0.5, expected a positive integer.'],
    [() => tf.zeros([1, 70_000]), 8000, 'samples: got 1 of 70000 channels at 8000 a second, expected what a WAV file can hold'],
    [() => tf.zeros([4, 1]), 2 ** 31, 'samples: got 4 of 1 channels at 2147483648 a second, expected what a WAV file can hold'],
  ])('refuses %# in a sentence', (samples, sampleRate, message) => {
    tf.tidy(() => {
      expect(() => encodeWav({ samples: samples() as tf.Tensor2D, sampleRate })).toThrow(message);
    });
  }); // prettier-ignore
});

onRealCorpora('the free spoken digits', (folder) => {
  /** The recordings of that digit, from a tar archive: 512 bytes of header (name at 0, size in octal at 124), then the file. */
  async function recordings(names: readonly string[]): Promise<Buffer[]> {
    const tar = gunzipSync(await readFile(path.join(folder, 'free-spoken-digit-dataset.tar.gz')));
    const files = new Map<string, Buffer>();
    for (let at = 0; at + 512 <= tar.length;) {
      const name = path.basename(tar.toString('latin1', at, at + 100).replace(/\0.*$/s, ''));
      const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
      files.set(name, tar.subarray(at + 512, at + 512 + size));
      at += 512 + 512 * Math.ceil(size / 512);
    }
    return names.map((name) => files.get(name) ?? Buffer.alloc(0));
  }

  it('are read, analysed as by the equations, and written back', async () => {
    for (const file of await recordings(['0_jackson_0.wav', '7_theo_3.wav', '9_yweweler_49.wav'])) {
      const { samples, sampleRate } = decodeWav(file);
      expect(sampleRate).toBe(8000);
      expect(samples.shape[1]).toBe(1);
      const plain = Array.from(samples.dataSync());
      expect(plain.length).toBeGreaterThan(1000);
      expect(plain.map((value) => value * 32_768).every(Number.isInteger)).toBe(true);

      const window = { windowSize: 32, stride: 16, unit: 'milliseconds', sampleRate } as const;
      const spectrogram = audioSpectrogram(samples, { ...window, magnitudeSquared: true });
      const power = plainPower(plain, 256, 128);
      expect(relativeError(spectrogram.arraySync(), [power])).toBeLessThan(1e-5);
      const coefficients = mfcc(spectrogram, { sampleRate, filterbankChannels: 20 });
      const bands = { sampleRate, lower: 20, upper: 4000, bands: 20, coefficients: 13 };
      expect(relativeError(coefficients.arraySync(), [power.map((frame) => plainMfcc(frame, bands))])).toBeLessThan(
        1e-5,
      );

      const again = decodeWav(encodeWav({ samples, sampleRate }));
      expect(Array.from(again.samples.dataSync())).toEqual(plain);
      tf.dispose([samples, spectrogram, coefficients, again.samples]);
    }
  });
});
