import * as tf from '@tensorflow/tfjs-node';
import { gruWith, unroll } from 'kernel-lib';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { difference, expectSame, numbers, outputsOf, setNumbers } from './pairs';

const inputShape = [null, 3];
const built = <L extends tf.layers.Layer>(layer: L): L => {
  layer.apply(tf.input({ shape: inputShape }));
  return layer;
};
const valuesOf = (layer: tf.layers.Layer, k: number): number[] => [...at(layer.getWeights(), k).dataSync()];

type Sixth = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

describe('weights', () => {
  it.each([
    ['simpleRNN', layers.simpleRNN({ units: 2 }), [2], [2]],
    ['gru', layers.gru({ units: 2 }), [6], [2, 6]],
    ['gru, reset before', layers.gru({ units: 2, resetAfter: false }), [6], [6]],
    ['lstm', layers.lstm({ units: 2 }), [8], [8]],
  ] as const)("lie as Keras's: %s", (_name, layer, wide, bias) => {
    built(layer);
    expect(layer.getWeights().map(({ shape }) => shape)).toEqual([[3, ...wide], [2, ...wide], [...bias]]);
    expect(layer.weights.map(({ originalName }) => originalName)).toEqual(
      ['kernel', 'recurrent_kernel', 'bias'].map((name) => `${layer.name}/${name}`),
    );
    const count = [3 * wide[0], 2 * wide[0], tf.util.sizeFromShape([...bias])].reduce((sum, size) => sum + size);
    expect(layer.countParams()).toBe(count);
  });

  it.each([layers.simpleRNN, layers.gru, layers.lstm])('have no bias unless it is used, case %#', (make) => {
    const [without, withZeros] = [built(make({ units: 2, useBias: false })), built(make({ units: 2 }))];
    const weights = without.getWeights();
    expect(weights).toHaveLength(2);
    withZeros.setWeights([...weights, tf.zerosLike(at(withZeros.getWeights(), 2))]);
    const xs = numbers([2, 4, 3]);
    expectSame(outputsOf(without, xs), outputsOf(withZeros, xs));
  });

  it('open the forget gate of the LSTM, unless told otherwise', () => {
    expect(valuesOf(built(layers.lstm({ units: 2 })), 2)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(valuesOf(built(layers.lstm({ units: 2, unitForgetBias: false })), 2)).toEqual(Array(8).fill(0));
    const halves = tf.initializers.constant({ value: 0.5 });
    expect(valuesOf(built(layers.lstm({ units: 1, biasInitializer: halves })), 2)).toEqual([0.5, 1, 0.5, 0.5]);
  });

  it('of the GRU that resets after the product: both biases, each where it belongs', () => {
    const layer = built(layers.gru({ units: 2, returnSequences: true, recurrentActivation: 'hard_sigmoid' }));
    setNumbers(layer);
    const [kernel, recurrent, bias] = layer.getWeights() as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const [Wxz, Wxr, Wxh] = tf.split(kernel, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const [Whz, Whr, Whh] = tf.split(recurrent, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const [bxz, bxr, bh, bhz, bhr, bhh] = tf.split(bias.reshape([12]), 6) as Sixth;
    const [bz, br] = [bxz.add(bhz), bxr.add(bhr)];
    const params = { Wxz, Wxr, Wxh, Whz, Whr, Whh, bz, br, bh, bhh };
    const xs = numbers<tf.Rank.R3>([2, 4, 3]);
    const equations = unroll(gruWith({ gateActivation: 'hard_sigmoid' }), params as never, xs);
    expectSame(outputsOf(layer, xs), [equations.outputs]);
  });

  it('come as an argument, and by name', () => {
    const weights = [numbers([3, 2]), numbers([2, 2]), numbers([2])];
    const layer = layers.simpleRNN({ units: 2, name: 'mine', weights, inputDim: 3, inputLength: 5 });
    const model = tf.sequential({ layers: [layer] });
    expect(model.inputs[0]?.shape).toEqual([null, 5, 3]);
    expectSame(model.getWeights(), weights);
    expect(model.weights[0]?.originalName).toBe('mine/kernel');
  });
});

describe('first weights', () => {
  it("are drawn as Keras's: glorotUniform, orthogonal, zeros", () => {
    const layer = built(layers.gru({ units: 40, seed: 3 }));
    const [kernel, recurrent, bias] = layer.getWeights() as [tf.Tensor2D, tf.Tensor2D, tf.Tensor];
    const bound = Math.sqrt(6 / (3 + 120));
    const largest = kernel.abs().max().dataSync()[0] ?? NaN;
    expect(largest).toBeLessThan(bound);
    expect(largest).toBeGreaterThan(0.97 * bound);
    expect(difference(recurrent.matMul(recurrent, false, true), tf.eye(40))).toBeLessThan(1e-5);
    expect(bias.abs().max().dataSync()[0]).toBe(0);
  });

  it('are orthogonal with the gain that was asked for, tall, too', () => {
    const recurrentInitializer = tf.initializers.orthogonal({ gain: 2 });
    const kernelInitializer = tf.initializers.orthogonal({ gain: 3 });
    const layer = layers.simpleRNN({ units: 3, recurrentInitializer, kernelInitializer });
    layer.apply(tf.input({ shape: [null, 5] }));
    const [kernel, recurrent] = layer.getWeights() as [tf.Tensor2D, tf.Tensor2D];
    expect(difference(recurrent.matMul(recurrent, false, true), tf.eye(3).mul(4))).toBeLessThan(1e-5);
    expect(difference(kernel.matMul(kernel, true), tf.eye(3).mul(9))).toBeLessThan(1e-5);
  });

  it('depend on the seed, on the weight and on the direction', () => {
    const drawn = (args: Partial<layers.RecurrentArgs>): number[][] => {
      const layer = built(
        layers.simpleRNN({ units: 3, kernelInitializer: 'orthogonal', biasInitializer: 'randomNormal', ...args }),
      );
      return layer.getWeights().map((weight) => [...weight.dataSync()]);
    };
    const [kernel, recurrent, bias] = drawn({ seed: 5 });
    expect(drawn({ seed: 5 })).toEqual([kernel, recurrent, bias]);
    expect(recurrent).not.toEqual(kernel);
    for (const other of [drawn({ seed: 6 }), drawn({ seed: 5, goBackwards: true }), drawn({}), drawn({})]) {
      expect(other[0]).not.toEqual(kernel);
      expect(other[1]).not.toEqual(recurrent);
      expect(other[2]).not.toEqual(bias);
    }
    expect(drawn({})).not.toEqual(drawn({}));
  });

  it('have a seed of their own where they are given one', () => {
    const of = (seed: number, initializer: 'randomNormal' | 'orthogonal', own: number): number[] => {
      const kernelInitializer = tf.initializers[initializer]({ seed: own });
      return valuesOf(built(layers.simpleRNN({ units: 3, seed, kernelInitializer })), 0);
    };
    for (const initializer of ['randomNormal', 'orthogonal'] as const) {
      expect(of(1, initializer, 4)).toEqual(of(2, initializer, 4));
      expect(of(1, initializer, 4)).not.toEqual(of(1, initializer, 5));
    }
  });
});
