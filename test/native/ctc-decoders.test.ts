import * as tf from '@tensorflow/tfjs-node';
import { ctcBeamSearchDecode, ctcGreedyDecode, ctcLoss } from 'kernel-lib/native';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

interface Found {
  readonly labels: number[];
  readonly probability: number;
}

/** Every labelling there is with the sum over its alignments, the most likely first, and the labels of the best single path. */
function exhaustive(logits: readonly number[][]): { all: Found[]; best: number[] } {
  const blank = (logits[0]?.length ?? 0) - 1;
  const probabilities = logits.map((row) => {
    const powers = row.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  });
  const sums = new Map<string, Found>();
  let best: Found = { labels: [], probability: 0 };
  const walk = (path: number[], probability: number): void => {
    const row = probabilities[path.length];
    if (row) {
      row.forEach((p, label) => {
        walk([...path, label], probability * p);
      });
      return;
    }
    const labels = path.filter((label, t) => label !== path[t - 1]).filter((label) => label !== blank);
    const before = sums.get(labels.join())?.probability ?? 0;
    sums.set(labels.join(), { labels, probability: before + probability });
    if (probability > best.probability) best = { labels, probability };
  };
  walk([], 1);
  return { all: [...sums.values()].sort((a, b) => b.probability - a.probability), best: best.labels };
}

const problems = [
  { batch: 3, time: 1, classes: 3, paths: 3 },
  { batch: 4, time: 5, classes: 3, paths: 7 },
  { batch: 2, time: 6, classes: 4, paths: 20 },
  { batch: 3, time: 6, classes: 2, paths: 3, lengths: [6, 5, 4] },
  { batch: 3, time: 7, classes: 3, paths: 4, lengths: [7, 2, 4] },
];

describe.each(problems)('%j', ({ batch, time, classes, paths, lengths }) => {
  const logits = normalTensor(rng(3), [batch, time, classes], 1.5);
  const truth = logits.arraySync().map((rows, n) => exhaustive(rows.slice(0, lengths?.[n])));
  const options = lengths ? { lengths } : {};

  test('the beam search finds the labels that an exhaustive search does, in its order', () => {
    const found = ctcBeamSearchDecode(logits, { ...options, paths, beamWidth: 1000 });
    expect(found.map((list) => list.map(({ labels }) => labels))).toEqual(
      truth.map(({ all }) => all.slice(0, paths).map(({ labels }) => labels)),
    );
    found.forEach((list, n) => {
      list.forEach(({ logProbability }, k) => {
        const expected = Math.log(truth[n]?.all[k]?.probability ?? NaN);
        expect(Math.abs(logProbability - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
      });
    });
  });

  test('all the labels that are possible can be asked for, and no more', () => {
    const possible = Math.min(...truth.map(({ all }) => all.length));
    const found = ctcBeamSearchDecode(logits, { ...options, paths: possible, beamWidth: 2000 });
    expect(found.map((list) => list.length)).toEqual(truth.map(() => possible));
    expect(() => ctcBeamSearchDecode(logits, { ...options, paths: possible + 1, beamWidth: 2000 })).toThrow(
      `paths: got ${possible + 1}, expected at most ${possible}, which is how many labels`,
    );
  });

  test('its best labels are those with the smallest CTC loss, where there are any', () => {
    const best = ctcBeamSearchDecode(logits, options).map(([path]) => path ?? { labels: [], logProbability: NaN });
    best.forEach(({ labels, logProbability }, n) => {
      if (labels.length === 0) return;
      const loss = tf.tidy(
        () => ctcLoss(logits.slice(n, 1), [labels], lengths && { lengths: lengths.slice(n, n + 1) }).dataSync()[0],
      );
      expect(logProbability).toBeCloseTo(-(loss ?? NaN), 4);
    });
  });

  test('the greedy decoder finds the labels of the most likely path', () => {
    expect(ctcGreedyDecode(logits, options)).toEqual(truth.map(({ best }) => best));
  });
});

test('the most likely labels need not be those of the most likely path', () => {
  // p(blank) = 0.6 at both steps: the path of two blanks has 0.36, the three paths of one label 0.64 together.
  const logits = tf.tensor3d([[0.4, 0.6], [0.4, 0.6]].flat(), [1, 2, 2]).log<tf.Tensor3D>(); // prettier-ignore
  expect(ctcGreedyDecode(logits)).toEqual([[]]);
  const [[first, second] = []] = ctcBeamSearchDecode(logits, { paths: 2 });
  expect([first?.labels, second?.labels]).toEqual([[0], []]);
  expect(Math.exp(first?.logProbability ?? NaN)).toBeCloseTo(0.64, 5);
  expect(Math.exp(second?.logProbability ?? NaN)).toBeCloseTo(0.36, 5);
});

test('equal labels stay apart where a blank is between them', () => {
  const path = [0, 2, 0, 1, 1, 2, 1];
  const logits = tf.oneHot(tf.tensor2d([path], undefined, 'int32'), 3).mul<tf.Tensor3D>(20);
  expect(ctcBeamSearchDecode(logits)[0]?.[0]?.labels).toEqual([0, 0, 1, 1]);
  expect(ctcGreedyDecode(logits)).toEqual([[0, 0, 1, 1]]);
});

describe('the beam search', () => {
  const said: unknown[] = [];
  const { warn } = console;
  beforeEach(() => {
    console.warn = (...words) => void said.push(...words);
  });
  afterEach(() => {
    console.warn = warn;
  });

  test('leaves no tensors behind and says nothing on the console', () => {
    const logits = normalTensor(rng(1), [2, 5, 3]);
    const native = (): number => (tf.backend() as unknown as { getNumOfTFTensors: () => number }).getNumOfTFTensors();
    ctcBeamSearchDecode(logits);
    const before = [tf.memory().numTensors, native()];
    ctcBeamSearchDecode(logits, { paths: 3, lengths: [5, 2] });
    expect([tf.memory().numTensors, native()]).toEqual(before);
    expect(said).toEqual([]);
  });

  test.each([
    [{ beamWidth: 0 }, 'beamWidth: got 0, expected a positive integer.'],
    [{ paths: 1.5 }, 'paths: got 1.5, expected a positive integer.'],
    [{ paths: 5, beamWidth: 4 }, 'paths: got 5, expected at most beamWidth, 4; raise it or ask for fewer.'],
    [{ lengths: [4] }, 'lengths: got 1 of them, expected 2, one for each sequence.'],
    [{ lengths: [0, 4] }, 'lengths[0]: got 0, expected an integer from 1 to 4, the time steps of logits.'],
    [
      { paths: 4, lengths: [4, 1] },
      'paths: got 4, expected at most 3, which is how many labels 1 time steps of sequence 1 can stand for.',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => ctcBeamSearchDecode(tf.zeros([2, 4, 3]), options)).toThrow(message);
  });

  test('refuses logits that are none', () => {
    const nan = tf.fill<tf.Rank.R3>([1, 2, 2], NaN);
    expect(() => ctcBeamSearchDecode(nan)).toThrow(
      'logits: got 4 of 4 numbers that are not finite, the first NaN at [0, 0, 0]',
    );
    expect(() => ctcBeamSearchDecode(tf.zeros([2, 3]) as never)).toThrow(
      'logits: got shape [2, 3], expected [batch, time, classes]',
    );
  });
});
