import * as tf from '@tensorflow/tfjs-node';
import { audioSpectrogram, mfcc } from 'kernel-lib/native';
import { rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../cells/reference/case';
import { plainMfcc, plainPower } from './plain-audio';

/** Two tones and noise. */
function sound(length: number, sampleRate: number, seed: number): number[] {
  const g = rng(seed);
  return Array.from({ length }, (_, i) => {
    const t = (2 * Math.PI * i) / sampleRate;
    return Math.fround(0.5 * Math.sin(440 * t) + 0.3 * Math.sin(1500 * seed * t) + 0.1 * g.normal());
  });
}
const channels = (...lists: number[][]): tf.Tensor2D => tf.tensor2d(lists).transpose();

describe('the spectrogram', () => {
  test.each([
    { length: 100, windowSize: 30, stride: 10, count: 2 },
    { length: 64, windowSize: 64, stride: 1, count: 1 },
    { length: 333, windowSize: 100, stride: 77, count: 3 },
  ])(
    'is the Fourier transform of windowed frames: $windowSize every $stride',
    ({ length, windowSize, stride, count }) => {
      const lists = Array.from({ length: count }, (_, channel) => sound(length, 8000, channel + 1));
      const power = lists.map((list) => plainPower(list, windowSize, stride));
      tf.tidy(() => {
        const options = { windowSize, stride };
        const squared = audioSpectrogram(channels(...lists), { ...options, magnitudeSquared: true });
        expect(squared.shape).toEqual([count, power[0]?.length, power[0]?.[0]?.length]);
        expect(relativeError(squared.arraySync(), power)).toBeLessThan(1e-5);
        const roots = power.map((channel) => channel.map((frame) => frame.map(Math.sqrt)));
        expect(relativeError(audioSpectrogram(channels(...lists), options).arraySync(), roots)).toBeLessThan(1e-5);
      });
    },
  );

  test('counts milliseconds where it is told to', () => {
    tf.tidy(() => {
      const samples = channels(sound(400, 8000, 1));
      const counted = audioSpectrogram(samples, { windowSize: 200, stride: 80 });
      const timed = audioSpectrogram(samples, { windowSize: 25, stride: 10, unit: 'milliseconds', sampleRate: 8000 });
      expect(counted.shape).toEqual([1, 3, 129]);
      expect(timed.arraySync()).toEqual(counted.arraySync());
    });
  });

  test.each([
    [{ windowSize: 1, stride: 1 }, 'windowSize: got 1 samples, expected 2 to 100, as many as there are.'],
    [{ windowSize: 101, stride: 1 }, 'windowSize: got 101 samples, expected 2 to 100, as many as there are.'],
    [{ windowSize: 10.5, stride: 1 }, 'windowSize: got 10.5, expected a positive integer.'],
    [{ windowSize: 10, stride: 0 }, 'stride: got 0, expected a positive integer.'],
    [
      { windowSize: 10, stride: 5, unit: 'milliseconds' as const },
      'sampleRate: got none, expected the samples a second, which windowSize in milliseconds needs.',
    ],
    [
      { windowSize: 10, stride: 0.01, unit: 'milliseconds' as const, sampleRate: 8000 },
      'stride: got 0.01 milliseconds, expected at least one sample of 0.125 milliseconds.',
    ],
  ])('refuses %j', (options, message) => {
    tf.tidy(() => {
      expect(() => audioSpectrogram(tf.zeros([100, 1]), options)).toThrow(message);
    });
  });
});

describe('the coefficients', () => {
  const sampleRate = 8000;
  const lists = [sound(1024, sampleRate, 1), sound(1024, sampleRate, 2)];
  const power = lists.map((list) => plainPower(list, 256, 128));
  const spectrogram = audioSpectrogram(channels(...lists), { windowSize: 256, stride: 128, magnitudeSquared: true });

  test.each([
    { lower: 20, upper: 4000, bands: 20, coefficients: 13 },
    { lower: 300, upper: 3300, bands: 10, coefficients: 10 },
    { lower: 0, upper: 2000, bands: 5, coefficients: 1 },
  ])('are those of the equations: %j', ({ lower, upper, bands, coefficients }) => {
    tf.tidy(() => {
      const got = mfcc(spectrogram, {
        sampleRate,
        lowerFrequencyLimit: lower,
        upperFrequencyLimit: upper,
        filterbankChannels: bands,
        dctCoefficients: coefficients,
      });
      const plain = power.map((channel) =>
        channel.map((frame) => plainMfcc(frame, { sampleRate, lower, upper, bands, coefficients })),
      );
      expect(got.shape).toEqual([2, 7, coefficients]);
      expect(relativeError(got.arraySync(), plain)).toBeLessThan(1e-5);
    });
  });

  test('take as many bands as TensorFlow takes without a complaint', () => {
    tf.tidy(() => {
      expect(mfcc(spectrogram, { sampleRate, filterbankChannels: 48 }).shape).toEqual([2, 7, 13]);
      expect(() => mfcc(spectrogram, { sampleRate, filterbankChannels: 49 })).toThrow(
        'band 0 has less than half a bin',
      );
    });
  });

  test('of silence are those of the floor', () => {
    tf.tidy(() => {
      const got = mfcc(tf.zeros([1, 1, 129]), { sampleRate, filterbankChannels: 20, dctCoefficients: 2 });
      const [first = NaN, second = NaN] = Array.from(got.dataSync());
      expect(first).toBeCloseTo(Math.sqrt(2 / 20) * 20 * Math.log(1e-12), 3);
      expect(second).toBeCloseTo(0, 3);
    });
  });

  test.each([
    [{ sampleRate: 0 }, 'sampleRate: got 0, expected a positive integer.'],
    [{ sampleRate: 4000 }, 'upperFrequencyLimit: got 4000 Hz, expected at most 2000 Hz, half of the sample rate.'],
    [
      { sampleRate, lowerFrequencyLimit: 500, upperFrequencyLimit: 500 },
      'lowerFrequencyLimit: got 500 Hz, expected 0 to below upperFrequencyLimit, 500 Hz.',
    ],
    [{ sampleRate, filterbankChannels: 10 }, 'dctCoefficients: got 13, expected at most filterbankChannels, 10.'],
    [{ sampleRate, dctCoefficients: 0 }, 'dctCoefficients: got 0, expected a positive integer.'],
    [
      { sampleRate, filterbankChannels: 100 },
      'filterbankChannels: got 100, expected fewer: band 0 has less than half a bin of the 129; or take a longer window.',
    ],
  ])('refuse %j', (options, message) => {
    expect(() => mfcc(spectrogram, options)).toThrow(message);
  });
});

test('neither has a gradient, and both say so', () => {
  tf.tidy(() => {
    const loudness = tf.grad((x: tf.Tensor) => audioSpectrogram(x as tf.Tensor2D, { windowSize: 8, stride: 4 }).sum());
    expect(() => loudness(tf.zeros([16, 1]))).toThrow('native.audioSpectrogram: got a gradient, expected none');
    const options = { sampleRate: 8000, filterbankChannels: 4, dctCoefficients: 2 };
    const sum = tf.grad((x: tf.Tensor) => mfcc(x as tf.Tensor3D, options).sum());
    expect(() => sum(tf.zeros([1, 1, 129]))).toThrow('native.mfcc: got a gradient, expected none');
  });
});

test('leave no tensors behind', () => {
  const samples = tf.zeros<tf.Rank.R2>([1024, 1]);
  const before = tf.memory().numTensors;
  const spectrogram = audioSpectrogram(samples, { windowSize: 256, stride: 128, magnitudeSquared: true });
  const coefficients = mfcc(spectrogram, { sampleRate: 8000, filterbankChannels: 20 });
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose([spectrogram, coefficients, samples]);
});
