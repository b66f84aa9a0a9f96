/** Spectrogram and MFCC in plain float64 numbers, from their equations. */

/** |X|² of every frame, by the sum of the discrete Fourier transform itself: [frames][bins]. */
export function plainPower(samples: readonly number[], windowSize: number, stride: number): number[][] {
  const n = 2 ** Math.ceil(Math.log2(windowSize));
  const frames = 1 + Math.floor((samples.length - windowSize) / stride);
  return Array.from({ length: frames }, (_, t) =>
    Array.from({ length: n / 2 + 1 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let i = 0; i < windowSize; i++) {
        const x = (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowSize)) * (samples[t * stride + i] ?? NaN);
        re += x * Math.cos((2 * Math.PI * k * i) / n);
        im -= x * Math.sin((2 * Math.PI * k * i) / n);
      }
      return re * re + im * im;
    }),
  );
}

interface Bands {
  readonly sampleRate: number;
  readonly lower: number;
  readonly upper: number;
  readonly bands: number;
  readonly coefficients: number;
}

const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

/** The coefficients of one frame of |X|². */
export function plainMfcc(
  power: readonly number[],
  { sampleRate, lower, upper, bands, coefficients }: Bands,
): number[] {
  const hertz = sampleRate / 2 / (power.length - 1);
  const spacing = (mel(upper) - mel(lower)) / (bands + 1);
  const energies = Array.from({ length: bands }, (_, b) => {
    const middle = mel(lower) + (b + 1) * spacing;
    const sum = power.reduce((total, value, k) => {
      // The bin of the lower limit is left out, as TensorFlow rounds it up by more than half.
      const counts = k >= Math.floor(1.5 + lower / hertz) && k <= Math.floor(upper / hertz);
      const weight = Math.max(0, 1 - Math.abs(mel(k * hertz) - middle) / spacing);
      return total + (counts ? weight * Math.sqrt(value) : 0);
    }, 0);
    return Math.log(Math.max(sum, 1e-12));
  });
  return Array.from(
    { length: coefficients },
    (_, i) =>
      Math.sqrt(2 / bands) *
      energies.reduce((sum, energy, b) => sum + energy * Math.cos((Math.PI * i * (b + 0.5)) / bands), 0),
  );
}
