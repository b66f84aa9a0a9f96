import * as tf from '@tensorflow/tfjs-node';
import { cells, type Cell, type Params, type State } from 'kernel-lib/cells';
import { normalTensor, rng } from 'kernel-lib/tensor';
import type { Counterpart } from 'kernel-lib/weights';

/** Layers for an input of 3 and 4 hidden units, −0 among the biases. */
export function draw(cell: Counterpart, layers: number, bidirectional: boolean): unknown[] {
  const g = rng(1);
  const any = cells[cell] as unknown as Cell<Params, State, { inputSize: number; hiddenSize: number; rng: typeof g }>;
  const one = (inputSize: number): Params => {
    const drawn = any.init({ inputSize, hiddenSize: 4, rng: g });
    return Object.fromEntries(
      Object.entries(drawn).map(([name, { shape }]) => {
        const values = normalTensor(g, shape);
        return [name, name.startsWith('b') ? tf.where(values.less(0), -0, values) : values];
      }),
    );
  };
  return Array.from({ length: layers }, (_, k) => {
    const inputSize = k === 0 ? 3 : bidirectional ? 8 : 4;
    return bidirectional ? { forward: one(inputSize), backward: one(inputSize) } : one(inputSize);
  });
}
