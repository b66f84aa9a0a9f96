import { batches, classifier, pick, rows } from 'kernel-lib/classify';
import { rng } from 'kernel-lib/tensor';
import { expect, it } from 'vitest';

const made = rows([[1], [2, 3], [4, 5, 6], [7], [8, 9], [1, 2, 3]], [1, 0, 1, 0, 1, 0]);

it('makes rows as long as the longest text', () => {
  expect([made.batch, made.time, made.inputs.length]).toEqual([6, 3, 18]);
});

it('picks texts by their numbers, as often as they are named', () => {
  expect(pick(made, [5, 1, 5])).toEqual({
    ...{ batch: 3, time: 3, labels: [0, 0, 0] },
    inputs: Int32Array.of(1, 2, 3, 0, 2, 3, 1, 2, 3),
  });
});

it.each([
  [1, [1, 1, 1, 1, 1, 1]],
  [2, [2, 2, 2]],
  [4, [4, 2]],
  [6, [6]],
  [7, [6]],
])('makes batches of %i with nothing left over and none empty', (size, sizes) => {
  const epoch = [...batches(made, { size, rng: rng(1) })];
  expect(epoch.map(({ batch }) => batch)).toEqual(sizes);
  expect(epoch.flatMap(({ labels }) => [...(labels as number[])])).toHaveLength(6);
});

it('judges exactly as many texts as are read at once', () => {
  const model = classifier({ reader: 'mean' });
  const params = model.init({ vocabularySize: 3, embeddingSize: 2, hiddenSize: 2, rng: rng(1) });
  expect(model.probabilities(params, { batch: 500, time: 1, inputs: new Int32Array(500).fill(1) })).toHaveLength(500);
});
