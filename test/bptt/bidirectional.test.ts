import * as tf from '@tensorflow/tfjs-node';
import * as bptt from 'kernel-lib/bptt';
import { gru, lstm, rnn, type Directions, type RnnParams } from 'kernel-lib/cells';
import { bidirectional } from 'kernel-lib/sequence';
import { normalTensor, rng } from 'kernel-lib/tensor';
import { describe, expect, test } from 'vitest';
import { relativeError, type Nested } from '../cells/reference/case';
import { bothDirections, expectRefusal, type BothDirections } from '../sequence/both-directions';
import { goldenCases, paramsOf, stateAt, type AnyCell } from '../sequence/golden';
import { expectClose, forAll } from '../sequence/properties';

/** The gradients by hand and those under autodiff, by name. */
function bothWays(
  { params, xs, initialState }: BothDirections,
  dOutputs: tf.Tensor3D,
  options: object,
): [Record<string, tf.Tensor>, Record<string, tf.Tensor>] {
  const { forward: f, backward: b } = params;
  const inputs = [xs, f.Wxh, f.Whh, f.bh, initialState.forward.h, b.Wxh, b.Whh, b.bh, initialState.backward.h];
  const automatic = tf.grads((...values) => {
    const [x, Wxh, Whh, bh, h, Vxh, Vhh, ch, k] = values as never[];
    const walked = bidirectional(
      rnn,
      { forward: { Wxh, Whh, bh } as never, backward: { Wxh: Vxh, Whh: Vhh, bh: ch } as never },
      x as never,
      { ...options, initialState: { forward: { h }, backward: { h: k } } as never },
    );
    return walked.outputs.mul(dOutputs).sum();
  })(inputs);
  const names = ['dxs', ...['f', 'b'].flatMap((d) => ['dWxh', 'dWhh', 'dbh', 'dh0'].map((name) => `${d} ${name}`))];
  const outputs = bidirectional(rnn, params, xs, { ...options, initialState });
  const hand = bptt.bidirectional(bptt.rnn, params, xs, dOutputs, { ...options, initialState, outputs });
  const named: [string, tf.Tensor][] = Object.entries({ f: hand.forward, b: hand.backward }).flatMap(([d, gradients]) =>
    Object.entries<tf.Tensor>(gradients).map(([name, value]): [string, tf.Tensor] => [`${d} ${name}`, value]),
  );
  return [
    Object.fromEntries([['dxs', hand.dxs], ...named]),
    Object.fromEntries(names.map((name, i) => [name, automatic[i] ?? tf.scalar(NaN)])),
  ];
}

describe('bptt.bidirectional', () => {
  const walks: [string, (drawn: BothDirections) => object][] = [
    ['all steps', () => ({})],
    ['a mask', ({ mask }) => ({ mask })],
    ['lengths', ({ lengths }) => ({ lengths })],
    ['lengths, padding carried', ({ lengths }) => ({ lengths, padding: 'carried' })],
  ];
  const merges = ['concat', 'sum', 'mul', 'average'] as const;

  describe.each(walks)('over %s', (_, optionsOf) => {
    test.each(merges)('agrees with autodiff, merged by %s', (merge) => {
      tf.tidy(() => {
        const drawn = bothDirections();
        const dOutputs = merge === 'concat' ? drawn.dWide : drawn.dOutputs;
        const [hand, automatic] = bothWays(drawn, dOutputs, { ...optionsOf(drawn), merge });
        expect(Object.keys(hand).sort()).toEqual(Object.keys(automatic).sort());
        for (const [name, value] of Object.entries(hand)) {
          const error = relativeError(value.arraySync(), automatic[name]?.arraySync() as Nested);
          expect(error, name).toBeLessThan(1e-5);
        }
      });
    });
  });

  const golden = goldenCases.filter(
    ({ network, layers, bothDirections, dFinal }) => network === 'rnn' && layers === 1 && bothDirections && !dFinal,
  );
  test.each(golden)('agrees with PyTorch: $name', (each) => {
    tf.tidy(() => {
      const torch = Object.fromEntries(
        Object.entries(each.params).map(([name, value]) => [name, tf.tensor(value as never)]),
      );
      const params = { forward: paramsOf(each, torch, 0), backward: paramsOf(each, torch, 0, true) };
      const h0 = tf.tensor(each.initialState.h as never);
      const { forward, backward, dxs } = bptt.bidirectional(
        bptt.rnn,
        params as Directions<RnnParams>,
        tf.tensor3d(each.xs as never),
        tf.tensor3d(each.dOutputs as never),
        {
          ...(each.lengths && { lengths: each.lengths }),
          initialState: { forward: stateAt({ h: h0 }, 0), backward: stateAt({ h: h0 }, 1) },
        },
      );
      const got = {
        xs: dxs,
        weight_ih_l0: forward.dWxh.transpose(),
        weight_hh_l0: forward.dWhh.transpose(),
        bias_ih_l0: forward.dbh,
        weight_ih_l0_reverse: backward.dWxh.transpose(),
        weight_hh_l0_reverse: backward.dWhh.transpose(),
        bias_hh_l0_reverse: backward.dbh,
        h0: tf.stack([forward.dh0, backward.dh0]),
      };
      for (const [name, value] of Object.entries(got)) {
        expect(relativeError(value.arraySync() as Nested, each.gradients[name] ?? []), name).toBeLessThan(1e-5);
      }
    });
  });

  const passes: [string, AnyCell, (...args: never[]) => Record<string, tf.Tensor> & { dxs: tf.Tensor3D }][] = [
    ['bptt.lstm', lstm, bptt.lstm],
    ['bptt.gru', gru, bptt.gru],
  ];
  test.each(passes)('agrees with autodiff on top of %s', (_, cell, backwardPass) => {
    forAll(cell, ({ params, xs, lengths, draw, drawState, hidden, batch, time, g }) => {
      const both = { forward: params, backward: draw() };
      const initialState = { forward: drawState(), backward: drawState() };
      const dOutputs = normalTensor(g, [batch, time, 2 * hidden]);
      const hand = bptt.bidirectional(backwardPass as never, both, xs, dOutputs, { lengths, initialState });
      for (const direction of ['forward', 'backward'] as const) {
        const of = { ...both[direction] };
        const starts = initialState[direction];
        const values: Record<string, tf.Tensor> = { ...of, xs };
        for (const [part, value] of Object.entries(starts)) values[`${part}0`] = value;
        const names = Object.keys(values);
        const gradients = tf.grads((...moved) => {
          const at = (name: string): never => moved[names.indexOf(name)] as never;
          const state = Object.fromEntries(Object.keys(starts).map((part) => [part, at(`${part}0`)])) as never;
          const parameters = Object.fromEntries(Object.keys(of).map((name) => [name, at(name)]));
          return bidirectional(cell, { ...both, [direction]: parameters }, at('xs'), {
            lengths,
            initialState: { ...initialState, [direction]: state },
          })
            .outputs.mul(dOutputs)
            .sum();
        })(Object.values(values));
        const got: Record<string, tf.Tensor> = { ...(hand[direction] as object), dxs: hand.dxs };
        expect(Object.keys(got).sort()).toEqual(names.map((name) => `d${name}`).sort());
        names.forEach((name, i) => {
          const error = relativeError(got[`d${name}`]?.arraySync() as Nested, gradients[i]?.arraySync() as Nested);
          expect(error, name).toBeLessThan(1e-5);
        });
      }
    });
  });

  test('takes the gradients of each direction apart, as the sizes of the two demand', () => {
    tf.tidy(() => {
      const drawn = bothDirections();
      const params = { ...drawn.params, backward: rnn.init({ inputSize: 3, hiddenSize: 2, rng: rng(1) }) };
      const apart = { forward: drawn.dOutputs, backward: tf.ones<tf.Rank.R3>([5, 6, 2]) };
      const { forward, backward } = bptt.bidirectional(bptt.rnn, params, drawn.xs, apart);
      const alone = bptt.rnn(params.backward, drawn.xs, apart.backward, { reverse: true });
      expectClose({ dWhh: backward.dWhh }, { dWhh: alone.dWhh });
      expectClose({ dWhh: forward.dWhh }, { dWhh: bptt.rnn(params.forward, drawn.xs, apart.forward).dWhh });
    });
  });

  test('leaves its gradients and nothing else behind', () => {
    const drawn = bothDirections();
    const before = tf.memory().numTensors;
    const gradients = bptt.bidirectional(bptt.rnn, drawn.params, drawn.xs, drawn.dWide, { lengths: drawn.lengths });
    expect(tf.memory().numTensors).toBe(before + 9);
    tf.dispose(gradients);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(drawn);
  });
});

describe('bptt.bidirectional says what does not fit', () => {
  const { params, xs, dOutputs, dWide } = bothDirections();
  const flat = tf.zeros<tf.Rank.R3>([5, 6, 7]);
  const back = (options: object, d: unknown = dOutputs) =>
    bptt.bidirectional(bptt.rnn, params, xs, d as never, options);

  const bad: [string, () => unknown, string][] = [
    ['other gradients', () => back({ merge: 'sum' }, flat), 'forward: dOutputs: got shape [5, 6, 7], expected [batch = 5, time = 6, hidden = 4]; it must match the outputs.'],
    ['gradients of odd width', () => back({}, flat), 'dOutputs: got 7 units, expected twice those of one direction; give { forward, backward } where they differ.'],
    ['no outputs', () => back({ merge: 'mul' }), "outputs: got none, expected those of the forward pass, which the gradient of 'mul' needs."],
    ['one gradient for none', () => back({ merge: 'none' }), "dOutputs: got one tensor, expected { forward, backward } with merge 'none'."],
    ['two gradients for a sum', () => back({ merge: 'sum' }, { forward: dOutputs, backward: dOutputs }), "dOutputs: got one for each direction, expected one tensor to undo 'sum'."],
    ['a mask of another time', () => back({ mask: tf.ones([5, 4]) }, dWide), 'mask: got shape [5, 4], expected [batch = 5, time = 6]; it must match the first two axes of xs.'],
  ]; // prettier-ignore
  test.each(bad)('%s', (_, call, message) => {
    expectRefusal(call, message);
  });
});
