import * as tf from '@tensorflow/tfjs-node';
import { checkSize } from '../tensor';
import { checkFloats } from './check';
import { attribute, runOp1, withoutGradient } from './op';

/** Which bands are listened to, and how many numbers are made of them. */
export interface MfccOptions {
  /** Of the sound, in samples a second. */
  readonly sampleRate: number;
  /** In hertz; default 20. */
  readonly lowerFrequencyLimit?: number;
  /** In hertz; default 4,000, and at most half of the sample rate. */
  readonly upperFrequencyLimit?: number;
  /** How many mel bands lie between; default 40. */
  readonly filterbankChannels?: number;
  /** How many coefficients to keep, at most as many as there are bands; default 13. */
  readonly dctCoefficients?: number;
}

/**
 * Mel-frequency cepstral coefficients, Davis and Mermelstein 1980, eq. 1, from a spectrogram of squared magnitudes |X|²:
 *   mel(f) = 1127 ln(1 + f / 700)
 *   E_b = ln max(Σ_k w_{b,k} |X_k|, 10⁻¹²), w_b a triangle over the mels, 1 in the middle of band b and 0 in those of its neighbours
 *   c_i = √(2 / B) Σ_b E_b cos(π i (b + ½) / B)
 * Shapes: spectrogram [channels, frames, bins] (`audioSpectrogram` with magnitudeSquared), the result [channels, frames, coefficients].
 * It has no gradient.
 *
 * @throws Error, before the op runs, for a spectrogram of another shape or dtype, for limits that do not fit the sample rate, and for
 * so many bands that one of them has no bin
 */
export function mfcc(spectrogram: tf.Tensor3D, options: MfccOptions): tf.Tensor3D {
  const { bins } = checkFloats('spectrogram', spectrogram, ['channels', 'frames', 'bins']);
  const all = {
    lowerFrequencyLimit: 20,
    upperFrequencyLimit: 4000,
    filterbankChannels: 40,
    dctCoefficients: 13,
    ...options,
  };
  checkOptions(all, bins);
  return tf.tidy(() => {
    const attributes = [
      attribute.float('upper_frequency_limit', all.upperFrequencyLimit),
      attribute.float('lower_frequency_limit', all.lowerFrequencyLimit),
      attribute.int('filterbank_channel_count', all.filterbankChannels),
      attribute.int('dct_coefficient_count', all.dctCoefficients),
    ];
    const inputs = [spectrogram, tf.scalar(all.sampleRate, 'int32')];
    const coefficients = runOp1('Mfcc', attributes, inputs) as tf.Tensor3D;
    return withoutGradient(spectrogram, coefficients, 'native.mfcc: got a gradient, expected none.');
  });
}

function checkOptions(options: Required<MfccOptions>, bins: number): void {
  const { sampleRate, lowerFrequencyLimit: lower, upperFrequencyLimit: upper } = options;
  checkSize('sampleRate', sampleRate);
  checkSize('filterbankChannels', options.filterbankChannels);
  checkSize('dctCoefficients', options.dctCoefficients);
  if (bins < 2) throw new Error(`spectrogram: got ${bins} bin, expected at least 2, as audioSpectrogram gives.`);
  if (!(lower >= 0 && lower < upper)) {
    throw new Error(`lowerFrequencyLimit: got ${lower} Hz, expected 0 to below upperFrequencyLimit, ${upper} Hz.`);
  }
  if (!(upper <= sampleRate / 2)) {
    throw new Error(
      `upperFrequencyLimit: got ${upper} Hz, expected at most ${sampleRate / 2} Hz, half of the sample rate.`,
    );
  }
  if (options.dctCoefficients > options.filterbankChannels) {
    throw new Error(
      `dctCoefficients: got ${options.dctCoefficients}, expected at most filterbankChannels, ${options.filterbankChannels}.`,
    );
  }
  const empty = emptyBand(options, bins);
  if (empty === undefined) return;
  throw new Error(
    `filterbankChannels: got ${options.filterbankChannels}, expected fewer: band ${empty} has less than half a bin of the ${bins}; or take a longer window.`,
  );
}

/** The first band whose weights sum to less than half a bin, of which TensorFlow complains on stderr. */
function emptyBand(options: Required<MfccOptions>, bins: number): number | undefined {
  const { sampleRate, lowerFrequencyLimit, upperFrequencyLimit, filterbankChannels: bands } = options;
  const mel = (hertz: number): number => 1127 * Math.log1p(hertz / 700);
  const hertzPerBin = sampleRate / 2 / (bins - 1);
  const spacing = (mel(upperFrequencyLimit) - mel(lowerFrequencyLimit)) / (bands + 1);
  const sums = new Array<number>(bands).fill(0);
  const first = Math.floor(1.5 + lowerFrequencyLimit / hertzPerBin);
  for (let k = first; k <= Math.floor(upperFrequencyLimit / hertzPerBin) && k < bins; k++) {
    // Between the middles of bands b − 1 and b, in units of their distance.
    const place = (mel(k * hertzPerBin) - mel(lowerFrequencyLimit)) / spacing;
    const b = Math.ceil(place) - 1;
    const share = place - b;
    if (b < bands) sums[b] = (sums[b] ?? 0) + share;
    if (b >= 1 && b <= bands) sums[b - 1] = (sums[b - 1] ?? 0) + 1 - share;
  }
  const empty = sums.findIndex((sum) => sum < 0.5);
  return empty < 0 ? undefined : empty;
}
