import * as tf from '@tensorflow/tfjs-node';
import type { Params } from 'kernel-lib/cells';
import * as layers from 'kernel-lib/layers';
import { at } from 'kernel-lib/tensor';
import { describe, expect, it } from 'vitest';
import { drawInputs, kerasCases, type KerasCase, type KerasInputs } from '../cells/keras-golden';
import { listOf } from './pairs';

/** Of each cell: its gates in Keras's order, the parts of its state, its layer. */
const cells = {
  rnn: { gates: ['h'], parts: ['h'], make: layers.simpleRNN },
  gru: { gates: ['z', 'r', 'h'], parts: ['h'], make: layers.gru },
  'gru (reset before)': {
    gates: ['z', 'r', 'h'],
    parts: ['h'],
    make: (args: layers.RecurrentArgs) => layers.gru({ ...args, resetAfter: false }),
  },
  lstm: { gates: ['i', 'f', 'g', 'o'], parts: ['h', 'c'], make: layers.lstm },
} as const;

function named(tensors: Readonly<Record<string, tf.Tensor>>, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`There is no ${name}.`);
  return tensor;
}

const sideBySide = (given: Params, kind: string, gates: readonly string[]): tf.Tensor =>
  tf.concat(gates.map((gate) => named(given, `${kind}${gate}`)), -1); // prettier-ignore

/** kernel, recurrent_kernel and bias, from parameters or, with 'd' before every name, from their gradients. */
function packed(cell: KerasCase['cell'], given: Params, prefix = ''): tf.Tensor[] {
  const { gates } = cells[cell];
  const [kernel, recurrent, bias] = ['Wx', 'Wh', 'b'].map((kind) => sideBySide(given, prefix + kind, gates)) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const inner = given[`${prefix}bhh`];
  if (!inner) return [kernel, recurrent, bias];
  // The gates' two biases have one gradient; as parameters, all of it stands in the first.
  const [z, r] = tf.split(bias, 3).map((gate) => (prefix === '' ? tf.zerosLike(gate) : gate)) as [tf.Tensor, tf.Tensor];
  return [kernel, recurrent, tf.stack([bias, tf.concat([z, r, inner])])];
}

function layersOf({ cell, sizes, flags }: KerasCase): tf.layers.Layer[] {
  const { make } = cells[cell];
  const args = {
    units: sizes.hidden,
    returnSequences: true,
    returnState: true,
    goBackwards: flags.includes('reverse'),
    zeroOutputForMask: flags.includes('zeroOutput') || flags.includes('bothDirections'),
  };
  if (flags.includes('bothDirections')) return [layers.bidirectional({ layer: make(args) })];
  return (flags.includes('twoLayers') ? [1, 2] : [1]).map(() => make(args));
}

interface Solved {
  readonly outputs: tf.Tensor;
  readonly dxs: tf.Tensor;
  /** Of each layer and direction, in the order of the golden ones. */
  readonly finals: tf.Tensor[];
  readonly dStates: tf.Tensor[];
  readonly dWeights: tf.Tensor[];
}

function solve(problem: KerasCase, { xs, dOutputs, mask, counted, walks }: KerasInputs): Solved {
  const { cell, flags } = problem;
  const stack = layersOf(problem);
  const perLayer = walks.length / stack.length;
  const starts = walks.map(({ start }) => cells[cell].parts.map((part) => named(start, part)));
  stack.forEach((layer, n) => {
    layer.apply(tf.input({ shape: [null, n === 0 ? problem.sizes.input : problem.sizes.hidden] }));
    const own = walks.slice(n * perLayer, (n + 1) * perLayer);
    layer.setWeights(own.flatMap(({ params }) => packed(cell, params)));
  });

  let outputs = xs as tf.Tensor;
  let finals: tf.Tensor[] = [];
  const loss = (): tf.Scalar => {
    [outputs, finals] = [xs, []];
    stack.forEach((layer, n) => {
      const initialState = starts.slice(n * perLayer, (n + 1) * perLayer).flat();
      const given = layer.apply(outputs, { initialState, ...(mask && { mask }) });
      const [first, ...states] = listOf(given) as [tf.Tensor, ...tf.Tensor[]];
      outputs = first;
      finals.push(...states);
    });
    if (flags.includes('reverse')) outputs = outputs.reverse(1);
    outputs = tf.keep(outputs.mul(counted));
    finals = finals.map((state) => tf.keep(state));
    return outputs.mul(dOutputs).sum();
  };
  const states = starts.flat();
  const weights = stack.flatMap((layer) => layer.getWeights());
  const [dxs, ...rest] = tf.grads(loss)([xs, ...states, ...weights]) as [tf.Tensor, ...tf.Tensor[]];
  return { outputs, finals, dxs, dStates: rest.slice(0, states.length), dWeights: rest.slice(states.length) };
}

/** The greatest difference, over the greatest number there is, or over 1 where that is smaller. */
function expectGolden(got: tf.Tensor, golden: tf.Tensor): void {
  expect(got.shape).toEqual(golden.shape);
  const scale = Math.max(1, golden.abs().max().dataSync()[0] ?? NaN);
  expect((got.sub(golden).abs().max().dataSync()[0] ?? NaN) / scale).toBeLessThan(1e-5);
}

const asTensors = (golden: Readonly<Record<string, unknown>>): Params =>
  Object.fromEntries(Object.entries(golden).map(([name, value]) => [name, tf.tensor(value as number[])]));

describe.each(Object.keys(cells) as KerasCase['cell'][])("the layer of Keras's %s", (cell) => {
  it.each(kerasCases.filter((each) => each.cell === cell))('$name: outputs, states and every gradient', (problem) => {
    tf.tidy(() => {
      const { outputs, finals, dxs, dStates, dWeights } = solve(problem, drawInputs(problem));
      expectGolden(outputs, tf.tensor(problem.outputs));
      expectGolden(dxs, tf.tensor(problem.dxs));
      const { parts } = cells[cell];
      problem.walks.forEach(({ final, gradients }, n) => {
        const [ends, slopes] = [asTensors(final), asTensors(gradients)];
        parts.forEach((part, k) => {
          expectGolden(at(finals, n * parts.length + k), named(ends, part));
          expectGolden(at(dStates, n * parts.length + k), named(slopes, `d${part}0`));
        });
        packed(cell, slopes, 'd').forEach((golden, k) => {
          expectGolden(at(dWeights, 3 * n + k), golden);
        });
      });
    });
  });
});
