import * as tf from '@tensorflow/tfjs-node';
import { checkFinite, checkSize } from '../tensor';
import { parseWav } from './audio-wav-header';
import { checkFloats } from './check';
import { attribute, runOp, runOp1 } from './op';

/** A recording. */
export interface Wav {
  /** Amplitudes from −1 to below 1 [samples, channels]. */
  readonly samples: tf.Tensor2D;
  /** In samples a second. */
  readonly sampleRate: number;
}

/** The most that a WAV file can say in the 32 bits of its data's size. */
const MAX_BYTES = 2 ** 32 - 1 - 36;

/**
 * Reads a WAV file of 16-bit PCM, any number of channels and any sample rate: amplitude = integer / 32,768.
 *
 * @throws Error, one sentence, before the op runs, for bytes that are no WAV file, another format, a file that is cut off, and one
 * without channels or samples
 */
export function decodeWav(bytes: Uint8Array): Wav {
  const { file, sampleRate } = parseWav(bytes);
  const samples = tf.tidy(() => {
    const contents = tf.tensor([file], [], 'string');
    const all = [attribute.int('desired_channels', -1), attribute.int('desired_samples', -1)];
    return runOp('DecodeWav', all, [contents], 2)[0] as tf.Tensor2D;
  });
  return { samples, sampleRate };
}

/**
 * The bytes of a WAV file of 16-bit PCM: integer = amplitude · 32,768, rounded, and cut to what 16 bits hold. What `decodeWav` gave
 * comes back exactly.
 *
 * @param wav samples [samples, channels]
 * @throws Error for samples of another shape or dtype, or that are not finite, or too many of them, and for a sample rate that is no
 * positive integer
 */
export function encodeWav({ samples, sampleRate }: Wav): Uint8Array {
  const { length, channels } = checkFloats('samples', samples, ['length', 'channels']);
  checkFinite('samples', samples);
  checkSize('sampleRate', sampleRate);
  if (channels > 65_535 || 2 * channels * length > MAX_BYTES || 2 * channels * sampleRate >= 2 ** 32) {
    throw new Error(
      `samples: got ${length} of ${channels} channels at ${sampleRate} a second, expected what a WAV file can hold: 65,535 channels, 4 GB and 4 GB a second.`,
    );
  }
  const file = tf.tidy(() => runOp1('EncodeWav', [], [samples, tf.scalar(sampleRate, 'int32')]));
  const [bytes] = tf.backend().readSync(file.dataId) as Uint8Array[];
  file.dispose();
  return bytes ?? new Uint8Array();
}
