import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import * as classify from 'kernel-lib/classify';
import * as train from 'kernel-lib/train';
import { expect, it } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';

interface Golden {
  readonly rate: number;
  /** [step, batch, time] */
  readonly ids: number[][][];
  /** [step, batch] */
  readonly labels: number[][];
  readonly before: Readonly<Record<string, Nested>>;
  /** Of each step's batch before the step. */
  readonly losses: readonly number[];
  readonly after: Readonly<Record<string, Nested>>;
}

const { cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../golden/classifier.json'), 'utf8')) as { readonly cases: [Golden] }; // prettier-ignore
const gates = ['i', 'f', 'g', 'o'] as const;

it("learns step by step what Keras's model learns from the same weights and batches", () => {
  const [{ rate, ids, labels, before, losses, after }] = cases;
  const tensor = (name: string): tf.Tensor => tf.tensor(before[name] as number[]);
  const quarters = (name: string): tf.Tensor[] => tf.split(tensor(name), 4, -1);
  const variables = {
    embedding: { E: tf.variable(tensor('E')) },
    lstm: Object.fromEntries(
      (['kernel', 'recurrentKernel', 'bias'] as const).flatMap((name, k) =>
        quarters(name).map((part, n) => [`${['Wx', 'Wh', 'b'][k] ?? ''}${gates[n] ?? ''}`, tf.variable(part)]),
      ),
    ),
    readout: { Why: tf.variable(tensor('Why')), by: tf.variable(tensor('by')) },
  };
  const params = variables as unknown as classify.ClassifierParams;
  const model = classify.classifier({ reader: 'lstm' });
  const optimizer = train.adam(rate, { epsilon: 1e-7, form: 'keras' });
  ids.forEach((rows, step) => {
    const batch = { batch: rows.length, time: rows[0]?.length ?? 0, inputs: Int32Array.from(rows.flat()) };
    const loss = optimizer.minimize(() => model.loss(params, { ...batch, labels: labels[step] ?? [] }), true);
    expect(loss?.dataSync()[0]).toBeCloseTo(losses[step] ?? NaN, 5);
  });
  const joined = (kind: string): tf.Tensor => tf.concat(gates.map((gate) => variables.lstm[`${kind}${gate}`] ?? tf.scalar(NaN)), -1); // prettier-ignore
  const found = {
    E: variables.embedding.E,
    ...{ kernel: joined('Wx'), recurrentKernel: joined('Wh'), bias: joined('b') },
    ...variables.readout,
  };
  expect(Object.keys(found)).toEqual(Object.keys(after));
  for (const [name, value] of Object.entries(found)) {
    expect(relativeError(value.arraySync() as Nested, after[name] ?? []), name).toBeLessThan(1e-4);
  }
});
