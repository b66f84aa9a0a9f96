import * as tf from '@tensorflow/tfjs-node';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { built, expectSame, numbers, outputsOf, pairs, setNumbers } from './pairs';

const xs = tf.keep(numbers<tf.Rank.R3>([2, 4, 3]));
const mask = tf.keep(tf.tensor2d([1, 0, 1, 0, 0, 1, 1, 1], [2, 4], 'bool'));

describe.each(pairs)('$name', (pair) => {
  it('carries the state on where the mask is 0, and gives 0 there where it is told to', () => {
    const options = { units: 3, returnSequences: true, returnState: true } as const;
    const [carrying] = built(pair, options);
    const [zeroing] = built(pair, { ...options, zeroOutputForMask: true });
    const [outputs, ...states] = outputsOf(carrying, xs, { mask }) as [tf.Tensor, ...tf.Tensor[]];
    const [zeroed, ...same] = outputsOf(zeroing, xs, { mask }) as [tf.Tensor, ...tf.Tensor[]];
    expectSame(same, states);
    expectSame([zeroed], [outputs.mul(mask.cast('float32').expandDims(2))]);
    expectSame([outputs.slice([0, 1], [1, 1])], [outputs.slice([0, 0], [1, 1])], 1e-30);
    expectSame(outputsOf(zeroing, xs), outputsOf(carrying, xs));
  });

  it('gives 0 for a last step that is masked, in either direction, where it is told to', () => {
    for (const [goBackwards, last] of [
      [false, [0, 1]],
      [true, [1, 0]],
    ] as const) {
      const [carrying] = built(pair, { units: 3, goBackwards });
      const [zeroing] = built(pair, { units: 3, goBackwards, zeroOutputForMask: true });
      const h = carrying.apply(xs, { mask }) as tf.Tensor;
      expectSame(outputsOf(zeroing, xs, { mask }), [h.mul(tf.tensor2d([...last], [2, 1]))]);
    }
  });

  it('hands the mask on with a sequence, and none with a last state', () => {
    const [sequence] = built(pair, { units: 3, returnSequences: true, returnState: true });
    const [last] = built(pair, { units: 3 });
    expect(sequence.computeMask(xs, mask)).toEqual([mask, ...Array<null>(pair.parts).fill(null)]);
    expect(sequence.computeMask(xs, [mask])).toEqual([mask, ...Array<null>(pair.parts).fill(null)]);
    expect([sequence.supportsMasking, last.supportsMasking]).toEqual([true, true]);
    expect(last.computeMask(xs, mask)).toBeNull();
    expect(last.computeMask(xs)).toBeNull();
  });

  it('reads the mask of a masking layer, and takes whole numbers', () => {
    const model = tf.sequential({
      layers: [tf.layers.masking({ inputShape: [4, 3], maskValue: 9 }), pair.ours({ units: 3 })],
    });
    setNumbers(model);
    const padded = tf.tensor3d([1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9, 9], [1, 4, 3]);
    const short = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 2, 3], 'int32');
    expectSame([model.predict(padded) as tf.Tensor], outputsOf(at(model.layers, 1), short));
  });
});
