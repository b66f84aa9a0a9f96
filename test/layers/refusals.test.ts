import * as tf from '@tensorflow/tfjs-node';
import * as layers from 'kernel-lib/layers';
import { describe, expect, it } from 'vitest';
import { numbers } from './pairs';

const units = 2;
const xs = tf.keep(numbers<tf.Rank.R3>([2, 4, 3]));
const state = tf.keep(numbers<tf.Rank.R2>([2, 2]));
const make = (args: object): tf.layers.Layer => layers.lstm({ units, ...args });
const turned = (args: object = {}): layers.Gru => layers.gru({ units, goBackwards: true, ...args });
const both = (args: object): tf.layers.Layer => layers.bidirectional({ layer: layers.gru({ units }), ...args });

const symbol = (shape: tf.Shape): tf.SymbolicTensor => tf.input({ shape });

describe('refused in one sentence before any op runs:', () => {
  it.each([
    ['no units', () => make({ units: undefined }), /^units: got undefined, expected a positive integer\.$/],
    ['half a unit', () => make({ units: 1.5 }), /^units: got 1\.5, expected a positive integer\.$/],
    ['an activation without a native form', () => make({ activation: 'elu' }), /^activation: got 'elu', expected one that .* have \(tanh, .*\); the layers of tf\.layers have the others\.$/],
    ['a name inherited by every object', () => make({ activation: 'toString' }), /^activation: got 'toString'/],
    ['an activation that is an object', () => make({ recurrentActivation: {} }), /^recurrentActivation: got \{\}, expected/],
    ['an unknown initializer', () => make({ kernelInitializer: 'x' }), /^kernelInitializer: got 'x', expected an initializer or its name, as 'glorotUniform'\.$/],
    ['an unknown regularizer', () => make({ recurrentRegularizer: 'x' }), /^recurrentRegularizer: got 'x', expected a regularizer or its name, as 'l1l2'\.$/],
    ['an unknown activity regularizer', () => make({ activityRegularizer: 'x' }), /^activityRegularizer: got 'x'/],
    ['an unknown constraint', () => make({ biasConstraint: 'x' }), /^biasConstraint: got 'x', expected a constraint or its name, as 'maxNorm'\.$/],
    ['a rate of 1', () => make({ dropout: 1 }), /^dropout: got 1, expected a number of at least 0 and less than 1\.$/],
    ['a negative rate', () => make({ recurrentDropout: -0.1 }), /^recurrentDropout: got -0\.1, expected/],
    ['half a seed', () => make({ seed: 0.5 }), /^seed: got 0\.5, expected an integer from 0 to 2\^53 - 1\.$/],
    ['a flag that is none', () => make({ returnSequences: 'yes' }), /^returnSequences: got "yes", expected true or false\.$/],
    ['another flag', () => make({ unitForgetBias: 1 }), /^unitForgetBias: got 1, expected true or false\.$/],
    ['resetAfter that is none', () => layers.gru({ units, resetAfter: 1 as never }), /^resetAfter: got 1, expected true or false\.$/],
    ['a matrix', () => make({}).apply(state), /expected ndim=3, found ndim=2/],
    ['features without a size', () => make({}).apply(tf.input({ shape: [4, null] })), /got inputs of shape \[null,4,null\], expected \[batch, time, input\] with a fixed size of the input\.$/],
    ['one state of two', () => make({}).apply(xs, { initialState: [state] }), /^initialState: got 1, expected 2: \[h, c\]\.$/],
    ['three states of two', () => make({}).apply([xs, state, state, state]), /^initialState: got 3, expected 2: \[h, c\]\.$/],
    ['states in two places', () => make({}).apply([xs, state, state], { initialState: [state, state] }), /^initialState: got one beside a list of inputs, expected/],
    ['a state of another size', () => make({}).apply(xs, { initialState: [state, tf.zeros([2, 5])] }), /^initialState\.c: got shape \[2, 5\], expected \[batch = 2, hidden = 2\]/],
    ['a symbol of a state of another size', () => make({}).apply(symbol([4, 3]), { initialState: [symbol([2]), symbol([5])] }), /^initialState\.c: got shape \[null,5\], expected \[batch, 2\], as units say\.$/],
    ['a symbol of another rank for a state', () => both({}).apply([symbol([4, 3]), symbol([2]), symbol([1, 2])]), /^initialState\.backward h: got shape \[null,1,2\], expected \[batch, 2\]/],
    ['a longer mask', () => make({}).apply(xs, { mask: tf.ones([2, 5]) }), /^mask: got shape \[2, 5\], expected \[batch = 2, time = 4\]/],
    ['no time', () => make({}).apply(tf.zeros([2, 0, 3])), /^xs: got shape \[2, 0, 3\], expected .* time, is empty\.$/],
    ['an empty batch', () => make({}).apply(tf.zeros([0, 4, 3])), /^xs: got shape \[0, 4, 3\]/],
    ['a call before build', () => make({}).call(xs, {}), /got a call before build, expected apply\.$/],
    ['a stateful layer for any batch', () => make({ stateful: true }).apply(tf.input({ shape: [4, 3] })), /got a batch of any size, expected a fixed one for a stateful layer; give batchInputShape/],
    ['new states for a layer without', () => { make({}).resetStates(); }, /^resetStates: got a layer that is not stateful, expected/],
    ['new states before there are any', () => { make({ stateful: true }).resetStates(); }, /^resetStates: got a layer without weights yet, expected/],
    ['an unknown merge', () => both({ mergeMode: 'max' }), /^mergeMode: got "max", expected 'concat', 'sum', 'mul', 'ave' or null\.$/],
    ['a dense layer in both directions', () => both({ layer: tf.layers.dense({ units }) }), /^layer: got the Dense of tf\.layers, expected one of layers\.simpleRNN/],
    ['a loop in both directions', () => both({ backwardLayer: tf.layers.gru({ units }) }), /^backwardLayer: got the GRU of tf\.layers, expected/],
    ['two layers that read forward', () => both({ backwardLayer: layers.gru({ units }) }), /^backwardLayer: got goBackwards false in both, expected/],
    ['one sequence and one state', () => both({ backwardLayer: turned({ returnSequences: true }) }), /^backwardLayer: got returnSequences true, expected false/],
    ['one direction with its states', () => both({ backwardLayer: turned({ returnState: true }) }), /^backwardLayer: got returnState true, expected false/],
    ['the state of one direction', () => both({}).apply(xs, { initialState: [state] }), /^initialState: got 1, expected 2: \[forward h, backward h\]\.$/],
  ])('%s', (_what, act, message) => {
    expect(act).toThrow(message);
  }); // prettier-ignore

  it('states of another shape or number for a stateful layer, which then keeps its own', () => {
    const layer = layers.lstm({ units, stateful: true, batchInputShape: [2, null, 3] });
    layer.apply(xs);
    const before = layer.states.map((each) => [...(each as tf.Tensor).dataSync()]);
    expect(() => { layer.resetStates([state]); }).toThrow(/^states: got 1, expected 2: \[h, c\]\.$/); // prettier-ignore
    expect(() => { layer.resetStates([state, tf.zeros([3, 2])]); }).toThrow(/^states\.c: got shape \[3, 2\], expected/); // prettier-ignore
    expect(layer.states.map((each) => [...(each as tf.Tensor).dataSync()])).toEqual(before);
  });
});
