import * as tf from '@tensorflow/tfjs-node';
import { checkSize } from '../tensor';
import { checkFloats } from './check';
import { attribute, runOp1, withoutGradient } from './op';

/** How the sound is cut into frames. */
export interface SpectrogramOptions {
  /** How long a frame is. */
  readonly windowSize: number;
  /** How far the next frame begins after the last. */
  readonly stride: number;
  /** What windowSize and stride count: 'samples' unless given; 'milliseconds' need the sampleRate. */
  readonly unit?: 'samples' | 'milliseconds';
  /** In samples a second; for 'milliseconds' alone. */
  readonly sampleRate?: number;
  /** |X|² instead of |X|, which `mfcc` takes. */
  readonly magnitudeSquared?: boolean;
}

/**
 * How much of each frequency is in each frame: the discrete Fourier transform of the samples under a Hann window of N samples, padded
 * with zeros to the next power of two, n (Harris 1978, On the use of windows, eq. 27a):
 *   X_{t,k} = Σ_{i<N} (½ − ½ cos(2π i / N)) x_{t·stride + i} e^{−2π j k i / n}
 * Shapes: samples [samples, channels], the result |X| [channels, frames, bins] with 1 + ⌊(samples − N) / stride⌋ frames and n/2 + 1
 * bins, bin k at k · sampleRate / n hertz. It has no gradient.
 *
 * @throws Error, before the op runs, for samples of another shape or dtype, and for a window or stride that do not fit
 */
export function audioSpectrogram(samples: tf.Tensor2D, options: SpectrogramOptions): tf.Tensor3D {
  const { length } = checkFloats('samples', samples, ['length', 'channels']);
  const { magnitudeSquared = false } = options;
  const windowSize = inSamples('windowSize', options);
  const stride = inSamples('stride', options);
  if (windowSize < 2 || windowSize > length) {
    throw new Error(`windowSize: got ${windowSize} samples, expected 2 to ${length}, as many as there are.`);
  }
  return tf.tidy(() => {
    const attributes = [
      attribute.int('window_size', windowSize),
      attribute.int('stride', stride),
      attribute.bool('magnitude_squared', magnitudeSquared),
    ];
    const spectrogram = runOp1('AudioSpectrogram', attributes, [samples]) as tf.Tensor3D;
    const why = 'native.audioSpectrogram: got a gradient, expected none; tf.signal.stft of tfjs has one.';
    return withoutGradient(samples, spectrogram, why);
  });
}

function inSamples(name: 'windowSize' | 'stride', options: SpectrogramOptions): number {
  const { unit = 'samples', sampleRate, [name]: size } = options;
  if (unit === 'samples') {
    checkSize(name, size);
    return size;
  }
  if (sampleRate === undefined) {
    throw new Error(`sampleRate: got none, expected the samples a second, which ${name} in milliseconds needs.`);
  }
  checkSize('sampleRate', sampleRate);
  const samples = Math.round((size * sampleRate) / 1000);
  if (samples >= 1 && samples < Infinity) return samples;
  throw new Error(
    `${name}: got ${size} milliseconds, expected at least one sample of ${1000 / sampleRate} milliseconds.`,
  );
}
