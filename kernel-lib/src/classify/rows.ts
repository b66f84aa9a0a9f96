import { padSequences, type PadOptions } from '../text';
import type { LabelledRows } from './classifier';

/**
 * Texts cut and filled to one length as `text.padSequences` does it, with their labels: what a classifier reads.
 *
 * @throws RangeError as padSequences does, and for other than one label a text
 */
export function rows(
  texts: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  options: Omit<PadOptions, 'dtype'> = {},
): LabelledRows {
  if (labels.length !== texts.length) {
    throw new RangeError(`rows: got ${labels.length} labels for ${texts.length} texts; expected one each.`);
  }
  const { shape, values } = padSequences(texts, options);
  return { batch: shape[0], time: shape[1], inputs: values as Int32Array, labels };
}
