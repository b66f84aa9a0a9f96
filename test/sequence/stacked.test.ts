import * as tf from '@tensorflow/tfjs-node';
import { lengthsMask, rnn, type RnnParams } from 'kernel-lib/cells';
import { bidirectional, deepBidirectional, stacked, unroll } from 'kernel-lib/sequence';
import { normalTensor, rng, type Rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { anyCells, errorsAgainstTorch, goldenCases, paramsOf, stateAt } from './golden';
import { expectClose, forAll } from './properties';

describe('two layers, against PyTorch', () => {
  const two = goldenCases.filter(({ layers }) => layers === 2);

  test.each(two)('$cell.name: $name', (golden) => {
    const lengths = golden.lengths ? { lengths: golden.lengths } : {};
    const errors = errorsAgainstTorch(golden, (torch, xs, start) => {
      const of = (layer: number, backward?: boolean) => paramsOf(golden, torch, layer, backward);
      if (!golden.bothDirections) {
        const initialState = [stateAt(start, 0), stateAt(start, 1)];
        const { outputs, layers } = stacked(golden.cell, [of(0), of(1)], xs, { ...lengths, initialState });
        return { outputs, final: layers.map(({ final }) => final) };
      }
      const both = [0, 1].map((layer) => ({ forward: of(layer), backward: of(layer, true) }));
      const initialState = [0, 2].map((k) => ({ forward: stateAt(start, k), backward: stateAt(start, k + 1) }));
      const { outputs, layers } = deepBidirectional(golden.cell, both, xs, { ...lengths, initialState });
      return { outputs, final: layers.flatMap(({ forward, backward }) => [forward.final, backward.final]) };
    });
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
  });
});

describe.each(anyCells)('stacked $name', (cell) => {
  test('is one walk on top of another, and names what each layer made', () => {
    forAll(cell, ({ params, xs, lengths, hidden, draw, drawState }) => {
      const [second, initialState] = [draw(hidden), [drawState(), drawState()]];
      const options = { lengths, reverse: true, padding: 'carried' } as const;
      const { outputs, layers } = stacked(cell, [params, second], xs, { ...options, initialState });
      const below = unroll(cell, params, xs, { ...options, initialState: initialState[0] as never });
      const above = unroll(cell, second, below.outputs, { ...options, initialState: initialState[1] as never });
      expect(layers).toHaveLength(2);
      expectClose({ outputs: layers[0]?.outputs as tf.Tensor }, { outputs: below.outputs });
      expectClose(layers[0]?.final as never, below.final);
      expectClose({ outputs }, { outputs: above.outputs });
      expectClose(layers[1]?.final as never, above.final);
    });
  });

  test('in both directions, each layer reads both below', () => {
    forAll(cell, ({ params, xs, lengths, time, hidden, draw, drawState }) => {
      const layers = [
        { forward: params, backward: draw() },
        { forward: draw(hidden), backward: draw(hidden) },
      ] as const;
      const options = { mask: lengthsMask(lengths, time), merge: 'average' } as const;
      const initialState = [{ forward: drawState() }, { backward: drawState() }];
      const deep = deepBidirectional(cell, layers, xs, { ...options, initialState });
      const below = bidirectional(cell, layers[0], xs, { ...options, initialState: initialState[0] as never });
      const above = bidirectional(cell, layers[1], below.outputs, {
        ...options,
        initialState: initialState[1] as never,
      });
      expectClose({ outputs: deep.outputs }, { outputs: above.outputs });
      expectClose({ outputs: deep.layers[0]?.backward.outputs as tf.Tensor }, { outputs: below.backward.outputs });
      expectClose(deep.layers[1]?.backward.final as never, above.backward.final);
    });
  });

  test('leaves its results and nothing else behind, with dropout too', () => {
    const draw = (inputSize: number) => cell.init({ inputSize, hiddenSize: 4, rng: rng(1) });
    const [low, high, wide] = [draw(3), draw(4), draw(8)];
    const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
    const before = tf.memory().numTensors;
    const options = { dropout: 0.5, rng: rng(1), training: true, lengths: [5, 2] };
    tf.dispose(stacked(cell, [low, high], xs, options) as never);
    const both = [low, wide].map((params) => ({ forward: params, backward: params }));
    tf.dispose(deepBidirectional(cell, both, xs, options) as never);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([low, high, wide, xs]);
  });
});

describe('dropout between layers', () => {
  const draw = (inputSize: number, g: Rng): RnnParams => rnn.init({ inputSize, hiddenSize: 40, rng: g });
  const g = rng(3);
  const layers = [draw(2, g), draw(40, g)];
  const xs = normalTensor(g, [3, 5, 2]);
  const outputsBy = (options: object): number[] =>
    tf.tidy(() => [...stacked(rnn, layers, xs, options).outputs.dataSync()]);

  test('drops between the layers, and nowhere else', () => {
    tf.tidy(() => {
      const [low] = layers as [RnnParams, RnnParams];
      // What the second layer reads, seen through weights that hand it on.
      const window = { Wxh: tf.eye(40), Whh: tf.zeros<tf.Rank.R2>([40, 40]), bh: tf.zeros<tf.Rank.R1>([40]) };
      const dropped = { dropout: 0.25, rng: rng(1), training: true };
      const seen = stacked(rnn, [low, window], xs, dropped);
      const whole = unroll(rnn, low, xs).outputs;
      expectClose({ outputs: seen.layers[0]?.outputs as tf.Tensor }, { outputs: whole });
      const ratios = [...seen.outputs.atanh().div(whole).dataSync()];
      for (const ratio of ratios) expect(Math.min(Math.abs(ratio), Math.abs(ratio - 4 / 3))).toBeLessThan(1e-3);
      expect(new Set(ratios.map((ratio) => Math.round(ratio)))).toEqual(new Set([0, 1]));

      const alone = stacked(rnn, [low], xs, dropped);
      expectClose({ outputs: alone.outputs }, { outputs: whole });
    });
  });

  test('only while training', () => {
    const plain = outputsBy({});
    expect(outputsBy({ dropout: 0.5, rng: rng(1) })).toEqual(plain);
    expect(outputsBy({ dropout: 0.5, rng: rng(1), training: false })).toEqual(plain);
    expect(outputsBy({ dropout: 0, training: true })).toEqual(plain);
    expect(outputsBy({ dropout: 0.5, rng: rng(1), training: true })).not.toEqual(plain);
  });

  test('the same for the same seed, another for each draw', () => {
    const random = rng(1);
    const by = (from: Rng): number[] => outputsBy({ dropout: 0.5, rng: from, training: true });
    const first = by(random);
    expect(by(rng(1))).toEqual(first);
    expect(by(random)).not.toEqual(first);
  });

  test('lets gradients through what it keeps', () => {
    tf.tidy(() => {
      const [gradient] = tf.grads((x) => {
        const options = { dropout: 0.5, rng: rng(1), training: true };
        return stacked(rnn, layers, x as tf.Tensor3D, options).outputs.sum();
      })([xs]);
      const epsilon = 1e-2;
      const step = normalTensor(rng(9), xs.shape, epsilon);
      const at = (x: tf.Tensor): number => outputsSum(x as tf.Tensor3D);
      const outputsSum = (x: tf.Tensor3D): number =>
        stacked(rnn, layers, x, { dropout: 0.5, rng: rng(1), training: true })
          .outputs.sum()
          .dataSync()[0] ?? NaN;
      const slope = gradient?.mul(step).sum().dataSync()[0] ?? NaN;
      expect((at(xs.add(step)) - at(xs.sub(step))) / 2).toBeCloseTo(slope, 2);
    });
  });
});

describe('stacked and deepBidirectional say what does not fit', () => {
  const draw = (inputSize: number, hiddenSize = 4) => rnn.init({ inputSize, hiddenSize, rng: rng(1) });
  const [low, high] = [draw(3), draw(4)];
  const xs = tf.ones<tf.Rank.R3>([2, 5, 3]);
  const zero = rnn.initialState(low, 2);
  const both = { forward: low, backward: low };

  const bad: [string, () => unknown, string][] = [
    ['no layers', () => stacked(rnn, [], xs), 'layers: got none, expected a list of the parameters of one or more layers.'],
    ['one layer without its list', () => stacked(rnn, low as never, xs), 'layers: got object, expected a list of the parameters of one or more layers.'],
    ['layers that do not meet', () => stacked(rnn, [low, low], xs), 'layers[1]: got input size 3, expected 4, as wide as layers[0] puts out.'],
    ['weights that do not fit', () => stacked(rnn, [low, { ...high, bh: low.bh.slice(1) }], xs), 'layers[1]: bh: got shape [3], expected [hidden = 4]; it must match Whh.'],
    ['other inputs', () => stacked(rnn, [high], xs), 'xs: got shape [2, 5, 3], expected [batch, time, input = 4]; the last axis must match the first of the input weights.'],
    ['one state for two layers', () => stacked(rnn, [low, high], xs, { initialState: [zero] }), 'initialState: got 1 states, expected 2, one for each layer.'],
    ['a state of another batch', () => stacked(rnn, [low, high], xs, { initialState: [zero, { h: tf.zeros([1, 4]) }] }), 'layers[1]: initialState.h: got shape [1, 4], expected [batch = 2, hidden = 4]; it must match xs and the recurrent weights.'],
    ['all dropped', () => stacked(rnn, [low, high], xs, { dropout: 1 }), 'dropout: got 1, expected a number of at least 0 and less than 1.'],
    ['dropout without a generator', () => stacked(rnn, [low, high], xs, { dropout: 0.5, training: true }), 'rng: got none, expected a generator, such as rng(1), for dropout.'],
    ['directions that do not meet', () => deepBidirectional(rnn, [both, both], xs), 'layers[1]: got input size 3, expected 8, as wide as layers[0] puts out.'],
    ['other inputs backward', () => deepBidirectional(rnn, [{ forward: low, backward: high }], xs), 'layers[0]: backward: got input size 4, expected 3, as forward.'],
    ['a direction missing', () => deepBidirectional(rnn, [low as never], xs), 'layers[0]: params: got { Wxh, Whh, bh }, expected { forward, backward }; give one for each direction.'],
    ['two widths summed', () => deepBidirectional(rnn, [{ forward: low, backward: draw(3, 2) }], xs, { merge: 'sum' }), "layers[0]: merge: got 'sum' for 4 units forward and 2 backward, expected as many in both; only 'concat' and 'none' take them as they are."],
    ['another state backward', () => deepBidirectional(rnn, [both], xs, { initialState: [{ backward: { h: tf.zeros([1, 4]) } }] }), 'layers[0]: backward: initialState.h: got shape [1, 4], expected [batch = 2, hidden = 4]; it must match xs and the recurrent weights.'],
  ]; // prettier-ignore
  test.each(bad)('%s', (_, call, message) => {
    const before = tf.memory().numTensors;
    let said = '';
    try {
      call();
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toBe(message);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(3); // The bad argument itself.
  });
});

test('PyTorch has its say on every cell that it has', () => {
  expect(new Set(goldenCases.map(({ network }) => network))).toEqual(new Set(['rnn', 'lstm', 'gru']));
});
