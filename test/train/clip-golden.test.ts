import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs-node';
import { expect, it } from 'vitest';
import { clipByGlobalNorm, clipByNorm, clipByValue } from 'kernel-lib/train';
import { relativeError, type Nested } from '../cells/reference/case';

type Values = Readonly<Record<string, Nested>>;
interface Clip {
  readonly limit: number;
  readonly norm: number;
  readonly clipped: Values;
}
const file = new URL('../golden/optimizers.json', import.meta.url);
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as {
  readonly gradients: readonly [Values, ...Values[]];
  readonly clip: Readonly<Record<'norm' | 'value', readonly Clip[]>>;
};

const tensors = (values: Values): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.tensor(value)]));

/** The largest relative error over all gradients. */
function error(got: Readonly<Record<string, tf.Tensor>>, expected: Values): number {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  return Math.max(
    ...Object.entries(got).map(([name, value]) => relativeError(value.arraySync() as Nested, expected[name] ?? NaN)),
  );
}

// PyTorch divides by the norm + 1e-6.
it.each(golden.clip.norm)('clipByGlobalNorm is clip_grad_norm_ at $limit', ({ limit, norm, clipped }) => {
  tf.tidy(() => {
    const result = clipByGlobalNorm(tensors(golden.gradients[0]), limit);
    expect(Math.abs(result.norm / norm - 1)).toBeLessThan(1e-6);
    expect(error(result.clipped, clipped)).toBeLessThan(2e-6);
  });
});

it('clipByNorm is clip_grad_norm_ of one gradient', () => {
  tf.tidy(() => {
    const { W } = tensors(golden.gradients[0]) as { W: tf.Tensor };
    const { clipped, norm } = clipByNorm(W, 2);
    expect(norm).toBeGreaterThan(2);
    expect(clipped.norm().dataSync()[0]).toBeCloseTo(2, 6);
    expect(error({ W: clipped.mul(norm / 2) }, { W: W.arraySync() })).toBeLessThan(1e-6);
  });
});

it.each(golden.clip.value)('clipByValue is clip_grad_value_ at $limit', ({ limit, clipped }) => {
  tf.tidy(() => {
    expect(error(clipByValue(tensors(golden.gradients[0]), limit), clipped)).toBeLessThan(1e-7);
  });
});
