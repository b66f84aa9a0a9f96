import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, it } from 'vitest';
import { arange, expectClose } from '../cells/keras-values';

/** Keras's own tests have constant weights: kernel .01, recurrent kernel .02, bias .03. */
const constant = {
  kernelInitializer: tf.initializers.constant({ value: 0.01 }),
  recurrentInitializer: tf.initializers.constant({ value: 0.02 }),
  biasInitializer: tf.initializers.constant({ value: 0.03 }),
};
const rows = (values: readonly number[], width: number): number[] =>
  values.flatMap((value) => Array.from({ length: width }, () => value));

describe("Keras's published values (lstm_test.py, gru_test.py, simple_rnn_test.py)", () => {
  it('of the LSTM, in both directions, with the forget gate open by default', () => {
    const xs = arange(3, 6, 4);
    const forward = layers.lstm({ units: 3, ...constant }).apply(xs) as tf.Tensor;
    expectClose(forward, rows([0.6288687, 0.86899155, 0.9460773], 3));
    const backward = layers.lstm({ units: 3, goBackwards: true, ...constant }).apply(xs) as tf.Tensor;
    expectClose(backward, rows([0.35622165, 0.74789524, 0.8872726], 3));
  });

  it('of the GRU, which resets after the product by default', () => {
    const output = layers.gru({ units: 3, ...constant }).apply(arange(3, 6, 4)) as tf.Tensor;
    expectClose(output, rows([0.5217289, 0.6371659, 0.39384964], 3));
  });

  it('of the simple RNN', () => {
    const output = layers.simpleRNN({ units: 4, ...constant }).apply(arange(2, 3, 4)) as tf.Tensor;
    expectClose(output, rows([0.405432, 0.73605347], 4));
  });
});
