/** What stands in a WAV file, checked. */
interface WavFile {
  /** The same sound with the plainest header there is: 44 bytes, then the samples. */
  readonly file: Uint8Array;
  readonly sampleRate: number;
}

interface Format {
  readonly channels: number;
  readonly sampleRate: number;
}

const PCM = 1;
/** The format is in the first two bytes of a GUID, at the end of a longer chunk. */
const EXTENSIBLE = 0xfffe;
const HEADER = 44;

/**
 * Walks the chunks of a WAV file (Microsoft and IBM 1991, Multimedia programming interface and data specifications 1.0, "Waveform
 * audio file format"): each has four letters, the size of what follows in four bytes, then that, padded to an even size.
 *
 * @throws Error, one sentence, for anything but 16-bit PCM with channels and samples
 */
export function parseWav(bytes: Uint8Array): WavFile {
  if (!(bytes instanceof Uint8Array)) {
    throw new Error(`bytes: got ${typeof bytes}, expected a Uint8Array, such as readFile gives.`);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 12 || letters(buffer, 0) !== 'RIFF' || letters(buffer, 8) !== 'WAVE') {
    throw new Error(
      `bytes: got ${buffer.length} bytes that are no WAV file, expected one, which begins with RIFF, its size and WAVE.`,
    );
  }
  let format: Format | undefined;
  for (let start = 12; start + 8 <= buffer.length;) {
    const name = letters(buffer, start);
    const size = buffer.readUInt32LE(start + 4);
    const end = start + 8 + size;
    if (end > buffer.length) {
      throw new Error(
        `bytes: got ${buffer.length} bytes, expected ${end}, as its chunk '${name}' says; the file was cut off, or its header was never finished.`,
      );
    }
    const chunk = buffer.subarray(start + 8, end);
    if (name === 'fmt ') format = parseFormat(chunk);
    if (name === 'data') return wavFile(checkedFormat(format), chunk);
    start = end + (size % 2);
  }
  throw new Error("bytes: got a WAV file without samples, expected a chunk 'data'; the file was cut off.");
}

function parseFormat(chunk: Buffer): Format {
  if (chunk.length < 16) {
    throw new Error(`bytes: got a format of ${chunk.length} bytes, expected at least 16; the WAV file is damaged.`);
  }
  const tag = chunk.readUInt16LE(0);
  const code = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  if (code !== PCM || bits !== 16) {
    throw new Error(
      `bytes: got ${bits}-bit samples of format ${code}, expected 16-bit PCM, which is format 1; convert the file, as with ffmpeg -i in.wav -c:a pcm_s16le out.wav.`,
    );
  }
  if (channels === 0 || sampleRate === 0 || 2 * channels * sampleRate >= 2 ** 32) {
    throw new Error(
      `bytes: got ${channels} channels at ${sampleRate} samples a second, expected at least one of each and less than 4 GB a second; the WAV file is damaged.`,
    );
  }
  return { channels, sampleRate };
}

function checkedFormat(format: Format | undefined): Format {
  if (format !== undefined) return format;
  throw new Error("bytes: got samples before their format, expected the chunk 'fmt ' first; the WAV file is damaged.");
}

function wavFile({ channels, sampleRate }: Format, data: Buffer): WavFile {
  const whole = data.length - (data.length % (2 * channels));
  if (whole === 0) {
    throw new Error(
      `bytes: got a WAV file with ${data.length} bytes of samples, expected at least one for each channel.`,
    );
  }
  if (whole !== data.length) {
    throw new Error(
      `bytes: got ${data.length} bytes of samples, expected a multiple of ${2 * channels}: two for each of ${channels} channels; the WAV file is damaged.`,
    );
  }
  const file = Buffer.alloc(HEADER + data.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER - 8 + data.length, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(2 * channels * sampleRate, 28);
  file.writeUInt16LE(2 * channels, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(data.length, 40);
  data.copy(file, HEADER);
  return { file, sampleRate };
}

const letters = (buffer: Buffer, start: number): string => buffer.toString('latin1', start, start + 4);
