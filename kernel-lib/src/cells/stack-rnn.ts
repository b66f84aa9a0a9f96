import * as tf from '@tensorflow/tfjs-node';
import { checkShape, checkSize, glorotUniform, orthogonal, type Initializer, type Rng } from '../tensor';
import type { GatedCell } from './cell';

/** Wxh [input, hidden], Whh [hidden, hidden], Wsh [seen, hidden], Wha [hidden, 2], Whs [hidden, 1]; the paper has no biases. */
export type StackRnnParams = Readonly<{
  Wxh: tf.Tensor2D;
  Whh: tf.Tensor2D;
  Wsh: tf.Tensor2D;
  Wha: tf.Tensor2D;
  Whs: tf.Tensor2D;
}>;

/** h [batch, hidden] and the stack s [batch, depth], its top first. */
export type StackRnnState = Readonly<{ h: tf.Tensor2D; s: tf.Tensor2D }>;

/** How much is pushed and how much is popped, which add up to 1, and the value to push, each [batch, 1]. */
export type StackRnnGates = Readonly<{ push: tf.Tensor2D; pop: tf.Tensor2D; value: tf.Tensor2D }>;

/** How to draw a stack RNN's parameters: orthogonal for Whh, Glorot for the others, unless said otherwise. */
export interface StackRnnOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly [name in keyof StackRnnParams]?: Initializer };
}

/** What the stack is. */
export interface StackRnnForm {
  /** How many values it holds, at least 2; what is pushed below them is lost. */
  readonly depth: number;
  /** How many of them, from the top, the hidden units see: 2 unless given. */
  readonly seen?: number;
}

/** The stack RNN as a cell. */
export type StackRnnCell = GatedCell<StackRnnParams, StackRnnState, StackRnnOptions, StackRnnGates>;

/**
 * Recurrent network with a stack that it pushes and pops by degrees, Joulin and Mikolov 2015, Inferring algorithmic patterns
 * with stack-augmented recurrent nets, with one stack and the actions push and pop:
 *   h_t = σ(x_t Wxh + h_{t-1} Whh + s_{t-1}[0..seen-1] Wsh)
 *   (push_t, pop_t) = softmax(h_t Wha)
 *   value_t = σ(h_t Whs)
 *   s_t[0] = push_t value_t + pop_t s_{t-1}[1]
 *   s_t[i] = push_t s_{t-1}[i-1] + pop_t s_{t-1}[i+1]
 * The stack begins with zeros, and zeros come up from below it. Whoever counts with it needs no more hidden units for a
 * larger count, only a deeper stack.
 * Shapes: x [batch, input], h [batch, hidden], s [batch, depth].
 *
 * @throws Error for a depth that is no integer of at least 2, and for seen that is none or beyond the depth
 */
export function stackRnnWith({ depth, seen = 2 }: StackRnnForm): StackRnnCell {
  checkSize('depth', depth);
  checkSize('seen', seen);
  if (depth < 2) throw new Error(`depth: got ${depth}, expected at least 2: a stack of one value has nothing to pop.`);
  if (seen > depth) throw new Error(`seen: got ${seen}, expected at most the depth, ${depth}.`);

  const update = ({ Wxh, Whh, Wsh }: StackRnnParams, x: tf.Tensor2D, { h, s }: StackRnnState): tf.Tensor2D => {
    const top = s.slice([0, 0], [-1, seen]);
    return tf.sigmoid(x.matMul(Wxh).add(h.matMul(Whh)).add<tf.Tensor2D>(top.matMul(Wsh)));
  };
  const gatesOf = ({ Wha, Whs }: StackRnnParams, h: tf.Tensor2D): StackRnnGates => {
    const [push, pop] = tf.split<tf.Tensor2D>(tf.softmax(h.matMul<tf.Tensor2D>(Wha)), 2, 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    return { push, pop, value: tf.sigmoid(tf.matMul<tf.Tensor2D>(h, Whs)) };
  };
  return {
    name: `stack rnn (depth ${depth}${seen === 2 ? '' : `, seen ${seen}`})`,

    init({ inputSize, hiddenSize, rng, initializers = {} }) {
      checkSize('inputSize', inputSize);
      checkSize('hiddenSize', hiddenSize);
      const { Wxh = glorotUniform, Whh = orthogonal, Wsh = glorotUniform } = initializers;
      const { Wha = glorotUniform, Whs = glorotUniform } = initializers;
      return {
        Wxh: Wxh(rng, [inputSize, hiddenSize]),
        Whh: Whh(rng, [hiddenSize, hiddenSize]),
        Wsh: Wsh(rng, [seen, hiddenSize]),
        Wha: Wha(rng, [hiddenSize, 2]),
        Whs: Whs(rng, [hiddenSize, 1]),
      };
    },

    sizes({ Wxh, Whh, Wsh, Wha, Whs }) {
      const { hidden } = checkShape('Whh', Whh, ['hidden', 'hidden']);
      const { input } = checkShape('Wxh', Wxh, ['input', { hidden }], 'the last axis must match Whh');
      checkShape('Wsh', Wsh, [{ seen }, { hidden }], 'it must match what is seen of the stack, and Whh');
      checkShape('Wha', Wha, [{ hidden }, { actions: 2 }], 'it must match Whh, and the two actions');
      checkShape('Whs', Whs, [{ hidden }, { values: 1 }], 'it must match Whh, and the one stack');
      return { inputSize: input, hiddenSize: hidden };
    },

    initialState: ({ Whh }, batch) => ({ h: tf.zeros([batch, Whh.shape[0]]), s: tf.zeros([batch, depth]) }),

    gates: (params, x, state) => gatesOf(params, update(params, x, state)),

    step(params, x, state) {
      const h = update(params, x, state);
      const { push, pop, value } = gatesOf(params, h);
      const below = tf.concat([value, state.s.slice([0, 0], [-1, depth - 1])], 1);
      const above = tf.pad<tf.Tensor2D>(state.s.slice([0, 1], [-1, depth - 1]), [
        [0, 0],
        [0, 1],
      ]);
      return { h, s: push.mul(below).add<tf.Tensor2D>(pop.mul(above)) };
    },
  };
}
