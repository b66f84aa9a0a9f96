import * as tf from '@tensorflow/tfjs-node';
import { at, checkFinite, checkSize } from '../tensor';
import { checkSequences, type CtcOptions } from './ctc';
import { attribute, runOpWithInt64 } from './op';

/** How far to search. */
export interface CtcBeamSearchOptions extends CtcOptions {
  /** How many beginnings of labels are kept at every step; default 100. The search is exact where it keeps all there are. */
  readonly beamWidth?: number;
  /** How many of the best labels to return, at most beamWidth; default 1. */
  readonly paths?: number;
}

/** Labels that a sequence may stand for. */
export interface CtcPath {
  /** Classes, none of them the blank. */
  readonly labels: readonly number[];
  /** ln p(labels | logits), over all alignments that the search has kept: at most the true one. */
  readonly logProbability: number;
}

/**
 * The most likely labels, by a search over their beginnings (prefixes) that adds up all alignments of each; Graves 2012, Supervised
 * sequence labelling with recurrent neural networks, section 7.5.2; Hannun et al. 2014, Algorithm 1:
 *   labels = argmax_y Σ_{π ∈ B⁻¹(y)} Π_t softmax(logits_t)[π_t]
 * where B merges repeats in the path π and then leaves out the blank, which is the last class. Unlike the greedy decoder's, these
 * need not be the labels of the most likely path.
 * Shapes: logits [batch, time, classes]; the result is one list a sequence, of `paths` paths, the most likely first.
 *
 * @throws Error, before the op runs, for logits of another shape or dtype or that are not finite, and for lengths, a beam width or a
 * number of paths that do not fit
 */
export function ctcBeamSearchDecode(logits: tf.Tensor3D, options: CtcBeamSearchOptions = {}): CtcPath[][] {
  const { batch, classes, lengths } = checkSequences(logits, options);
  checkFinite('logits', logits);
  const { beamWidth = 100, paths = 1 } = options;
  checkSize('beamWidth', beamWidth);
  checkSize('paths', paths);
  if (paths > beamWidth) {
    throw new Error(`paths: got ${paths}, expected at most beamWidth, ${beamWidth}; raise it or ask for fewer.`);
  }
  lengths.forEach((length, n) => {
    const possible = labelings(length, classes - 1);
    if (paths <= possible) return;
    throw new Error(
      `paths: got ${paths}, expected at most ${possible}, which is how many labels ${length} time steps of sequence ${n} can stand for.`,
    );
  });
  const outputs = tf.tidy(() => search(logits, lengths, beamWidth, paths));
  const logProbabilities = at(outputs, 3 * paths).dataSync();
  const result = lengths.map((): CtcPath[] => []);
  for (let k = 0; k < paths; k++) {
    const labels = Array.from({ length: batch }, (): number[] => []);
    const places = at(outputs, k).dataSync();
    const found = at(outputs, paths + k).dataSync();
    found.forEach((label, i) => labels[places[2 * i] ?? 0]?.push(label));
    labels.forEach((list, n) => {
      result[n]?.push({ labels: list, logProbability: logProbabilities[n * paths + k] ?? NaN });
    });
  }
  tf.dispose(outputs);
  return result;
}

/** For each path the places [found, 2], then for each the labels [found], then the shapes, then ln p [batch, paths]. */
function search(logits: tf.Tensor3D, lengths: readonly number[], beamWidth: number, paths: number): tf.Tensor[] {
  const attributes = [
    attribute.float32('T'),
    attribute.int('beam_width', beamWidth),
    attribute.int('top_paths', paths),
    // It would merge equal labels that a blank had kept apart.
    attribute.bool('merge_repeated', false),
  ];
  const inputs = [logits.transpose([1, 0, 2]), tf.tensor1d([...lengths], 'int32')];
  return runOpWithInt64('CTCBeamSearchDecoder', attributes, inputs, 3 * paths + 1);
}

/**
 * How many different labels, none included, fit into so many time steps. With s(n) those that need exactly n, where a label takes one
 * step, and two when it repeats the one before:
 *   s(0) = 0,  s(1) = labels,  s(n) = (labels − 1) s(n − 1) + s(n − 2)
 */
function labelings(time: number, labels: number): number {
  let [before, last, sum] = [0, labels, 1 + labels];
  for (let n = 2; n <= time && sum < Number.MAX_SAFE_INTEGER; n++) {
    [before, last] = [last, (labels - 1) * last + before];
    sum += last;
  }
  return sum;
}
