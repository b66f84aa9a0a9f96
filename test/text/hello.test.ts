import * as tf from '@tensorflow/tfjs-node';
import { readout, rnn, type ReadoutParams, type RnnParams } from 'kernel-lib/cells';
import { unroll } from 'kernel-lib/sequence';
import { rng } from 'kernel-lib/tensor/rng';
import * as text from 'kernel-lib/text';
import * as train from 'kernel-lib/train';
import { expect, it } from 'vitest';

it('learns hello and spells it, leaving no tensor but the parameters', async () => {
  const vocabulary = text.vocabulary(['h', 'e', 'l', 'o']);
  const cut = text.windows(vocabulary.encode('hello'), { length: 4 });
  const draw = rng(1);
  const params: RnnParams & ReadoutParams = {
    ...rnn.init({ inputSize: vocabulary.size, hiddenSize: 8, rng: draw }),
    ...readout.init({ hiddenSize: 8, outputSize: vocabulary.size, rng: draw }),
  };
  const before = tf.memory().numTensors;
  const optimizer = tf.train.adam(0.05);
  const spell = (trained: typeof params): Promise<string> =>
    text.generateText({
      model: text.cellModel({ cell: rnn, readout, params: trained, vocabulary }),
      vocabulary,
      prime: 'h',
      length: 4,
      temperature: 0.1,
      rng: rng(2),
    });
  expect(await spell(params)).not.toBe('ello');
  const { params: trained } = await train.fit({
    params,
    batches: () => text.batches(cut, { size: 1 }),
    loss: (p, batch) => {
      const { xs, targets } = text.batchTensors(batch, vocabulary.size);
      const { outputs } = unroll(rnn, p, xs);
      return train.crossEntropy(readout.apply(p, outputs), targets);
    },
    optimizer,
    epochs: 80,
    progress: false,
  });
  expect(await spell(trained)).toBe('ello');
  tf.dispose(trained);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
