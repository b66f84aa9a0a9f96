import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { cifg, lstmCompact, lstmPeephole, lstmProjection, type Params } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';

// That the gradients are right is shown in test/cells/derivations.test.ts, for every cell and against every other way.
const g = rng(1);
const sizes = { inputSize: 3, hiddenSize: 4, rng: g };
const xs = normalTensor(g, [2, 5, 3]);
const mask = tf.tensor2d([
  [1, 1, 1, 0, 0],
  [1, 1, 1, 1, 1],
]);

interface Variant {
  readonly name: string;
  readonly params: Params;
  readonly backward: (dOutputs: tf.Tensor3D, options?: object) => Readonly<Record<string, tf.Tensor>>;
}
const peepholeParams = lstmPeephole.init(sizes);
const cifgParams = cifg.init(sizes);
const projectionParams = lstmProjection.init({ ...sizes, cellSize: 6 });
const compactParams = lstmCompact.init(sizes);
const variants: readonly Variant[] = [
  {
    name: 'bptt.lstmPeephole',
    params: peepholeParams,
    backward: (dOutputs, options) => bptt.lstmPeephole(peepholeParams, xs, dOutputs, options),
  },
  {
    name: 'bptt.cifg',
    params: cifgParams,
    backward: (dOutputs, options) => bptt.cifg(cifgParams, xs, dOutputs, options),
  },
  {
    name: 'bptt.lstmCompact',
    params: compactParams,
    backward: (dOutputs, options) => bptt.lstmCompact(compactParams, xs, dOutputs, options),
  },
  {
    name: 'bptt.lstmProjection',
    params: projectionParams,
    backward: (dOutputs, options) => bptt.lstmProjection(projectionParams, xs, dOutputs, options),
  },
];

describe.each(variants)('$name', ({ params, backward }) => {
  const dOutputs = normalTensor(rng(2), [2, 5, 4]);

  test.each([{}, { reverse: true }, { mask }])(
    'leaves a gradient for each argument and nothing else behind',
    (options) => {
      const before = tf.memory().numTensors;
      const gradients = backward(dOutputs, options);
      const names = [...Object.keys(params).map((name) => `d${name}`), 'dxs', 'dh0', 'dc0'];
      expect(Object.keys(gradients).sort()).toEqual(names.sort());
      expect(tf.memory().numTensors).toBe(before + names.length);
      tf.dispose(gradients);
    },
  );

  test('says what does not fit', () => {
    expect(() => backward(tf.zeros([2, 5, 3]))).toThrow(
      'dOutputs: got shape [2, 5, 3], expected [batch = 2, time = 5, hidden = 4]; it must match the outputs.',
    );
    expect(() => backward(dOutputs, { outputActivation: 'gelu' })).toThrow("outputActivation: got 'gelu', ");
  });
});
