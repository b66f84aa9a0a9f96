import * as tf from '@tensorflow/tfjs-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adam, adamw, momentum, rmsprop, sgd, type RatedOptimizer } from 'kernel-lib/train';

const optimizers: Record<string, () => RatedOptimizer> = {
  sgd: () => sgd(0.1),
  momentum: () => momentum(0.1),
  rmsprop: () => rmsprop(0.1),
  'rmsprop with momentum': () => rmsprop(0.1, { momentum: 0.5 }),
  'centred rmsprop': () => rmsprop(0.1, { momentum: 0.5, centered: true }),
  'rmsprop in its form of Keras': () => rmsprop(0.1, { centered: true, form: 'keras' }),
  adam: () => adam(0.1),
  adamw: () => adamw(0.1, { weightDecay: 0.1 }),
};
const names = Object.keys(optimizers);
/** The caller's to dispose. */
const unkept = (name: string): RatedOptimizer => {
  const optimizer = optimizers[name]?.();
  if (optimizer) return optimizer;
  throw new Error(`no optimizer is called ${name}`);
};
const made: RatedOptimizer[] = [];
const make = (name: string): RatedOptimizer => {
  const optimizer = unkept(name);
  made.push(optimizer);
  return optimizer;
};

/** Tensors of TensorFlow's own, which tf.memory() does not count. */
const nativeTensors = (): number =>
  (tf.backend() as unknown as { getNumOfTFTensors: () => number }).getNumOfTFTensors();
const list = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  made.splice(0).forEach((optimizer) => {
    optimizer.dispose();
  });
  tf.engine().endScope();
  tf.disposeVariables();
});

/** One step with a gradient of ones for each variable. */
function step(optimizer: RatedOptimizer, ...variables: tf.Variable[]): void {
  tf.tidy(() => {
    optimizer.applyGradients(variables.map((v) => ({ name: v.name, tensor: tf.onesLike(v) })));
  });
}

describe.each(names)('%s', (name) => {
  it('leaves neither tensors nor native memory behind, over 1,000 steps', async () => {
    const variables = [[3, 2], []].map((shape) => tf.tidy(() => tf.variable(tf.ones(shape))));
    // tfjs hands a tensor to TensorFlow when an op first needs it.
    tf.tidy(() => variables.map((variable) => variable.add(1)));
    const before = [tf.memory().numTensors, nativeTensors()];
    const optimizer = unkept(name);
    step(optimizer, ...variables);
    const during = [tf.memory().numTensors, nativeTensors()];
    for (let i = 1; i < 1000; i++) step(optimizer, ...variables);
    expect([tf.memory().numTensors, nativeTensors()]).toEqual(during);
    expect(optimizer.iterations).toBe(1000);
    (await optimizer.getWeights())[0]?.tensor.dispose();
    step(optimizer, ...variables);
    expect([tf.memory().numTensors, nativeTensors()]).toEqual(during);
    (await optimizer.getWeights())[0]?.tensor.dispose();
    optimizer.dispose();
    expect([tf.memory().numTensors, nativeTensors()]).toEqual(before);
  });

  it('changes only the variable: not what was copied from it, and not the array that it was made of', () => {
    const source = new Float32Array(4096).fill(1);
    const variable = tf.variable(tf.tensor1d(source));
    const optimizer = make(name);
    const copies: tf.Tensor[] = [];
    for (let i = 0; i < 3; i++) {
      copies.push(variable.clone(), variable.reshape([64, 64]));
      step(optimizer, variable);
    }
    const firsts = copies.map((copy) => list(copy)[0] ?? NaN);
    expect(new Set(firsts).size).toBe(3);
    expect(firsts[0]).toBe(1);
    expect(source.every((value) => value === 1)).toBe(true);
    copies.forEach((copy) => {
      expect(new Set(list(copy)).size).toBe(1);
    });
  });

  it('sees what was assigned between steps', () => {
    const [a, b] = [tf.variable(tf.scalar(5)), tf.variable(tf.scalar(5))];
    const [one, other] = [make(name), make(name)];
    step(one, a);
    step(other, b);
    a.assign(tf.scalar(-7));
    b.assign(tf.scalar(3));
    step(one, a);
    step(other, b);
    const gone = (list(a)[0] ?? NaN) + 7;
    if (name === 'adamw') expect(gone).toBeGreaterThan((list(b)[0] ?? NaN) - 3);
    else expect(gone).toBeCloseTo((list(b)[0] ?? NaN) - 3, 5);
    expect(Math.abs(gone)).toBeGreaterThan(0.01);
  });

  it('knows moments by the name of the variable, in whatever order the gradients come', () => {
    const [a, b, c, d] = [5, 5, 5, 5].map((value) => tf.variable(tf.scalar(value))) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    const [one, other] = [make(name), make(name)];
    const gradients = (x: tf.Variable, y: tf.Variable): { name: string; tensor: tf.Tensor }[] => [
      { name: x.name, tensor: tf.scalar(1) },
      { name: y.name, tensor: tf.scalar(-2) },
    ];
    one.applyGradients(gradients(a, b));
    one.applyGradients(gradients(a, b).reverse());
    one.applyGradients(Object.fromEntries(gradients(a, b).map((g) => [g.name, g.tensor])));
    for (let i = 0; i < 3; i++) other.applyGradients(gradients(c, d));
    expect([list(a), list(b)]).toEqual([list(c), list(d)]);
  });

  it('goes on from its weights, with other variables of the same shapes', async () => {
    const start = [tf.fill([2], 5), tf.fill([2], -5), tf.fill([3], 2)];
    const first = make(name);
    const variables = start.map((value) => tf.variable(value));
    for (let i = 0; i < 3; i++) step(first, ...variables);
    const again = make(name);
    const weights = await first.getWeights();
    await again.setWeights(weights);
    const copies = variables.map((variable) => tf.variable(variable));
    step(first, ...variables);
    step(again, ...copies);
    expect(again.iterations).toBe(4);
    expect(copies.map(list)).toEqual(variables.map(list));
    expect((await again.getWeights()).map(({ tensor }) => list(tensor))).toEqual(
      (await first.getWeights()).map(({ tensor }) => list(tensor)),
    );
  });

  it('begins anew after it was disposed', () => {
    const [a, b] = [tf.variable(tf.scalar(5)), tf.variable(tf.scalar(5))];
    const [one, other] = [make(name), make(name)];
    step(one, tf.variable(tf.scalar(-3)), a);
    one.dispose();
    a.assign(tf.scalar(5));
    step(one, a);
    step(other, b);
    expect([list(a), one.iterations]).toEqual([list(b), 1]);
  });

  it('passes the moments of variables that are gone to the next ones', () => {
    const [one, other] = [make(name), make(name)];
    const [a, b] = [tf.variable(tf.scalar(5)), tf.variable(tf.scalar(5))];
    step(one, a);
    step(other, b);
    const next = tf.variable(a);
    a.dispose();
    // Of another shape: not its heir.
    step(one, tf.variable(tf.ones([3])), next);
    step(other, b);
    expect(list(next)).toEqual(list(b));
  });
});

it('a centred rmsprop survives a gradient that never changes', () => {
  const variable = tf.variable(tf.zeros([1000]));
  const optimizer = rmsprop(0.01, { centered: true, decay: 0.5 });
  made.push(optimizer);
  const g = tf.linspace(0.1, 1, 1000);
  for (let i = 0; i < 300; i++) optimizer.applyGradients([{ name: variable.name, tensor: g }]);
  expect(list(variable).every((value) => value < 0)).toBe(true);
});

it.each([
  [() => sgd(-1), 'learningRate: got -1, expected a number of at least 0.'],
  [() => adam(NaN), 'learningRate: got NaN, expected a number of at least 0.'],
  [() => momentum(0.1, { momentum: 1 }), 'momentum: got 1, expected a number from 0 to below 1.'],
  [() => rmsprop(0.1, { decay: -0.1 }), 'decay: got -0.1, expected a number from 0 to below 1.'],
  [() => rmsprop(0.1, { epsilon: 0 }), 'epsilon: got 0, expected a number above 0.'],
  [() => adam(0.1, { beta2: 1 }), 'beta2: got 1, expected a number from 0 to below 1.'],
  [() => adam(0.1, { form: 'torch' as never }), "form: got 'torch', expected 'pytorch' or 'keras'."],
  [() => momentum(0.1, { form: 'torch' as never }), "form: got 'torch', expected 'pytorch' or 'keras'."],
  [() => rmsprop(0.1, { form: 'torch' as never }), "form: got 'torch', expected 'pytorch' or 'keras'."],
  [() => adamw(0.1, { weightDecay: -1 }), 'weightDecay: got -1, expected a number of at least 0.'],
])('refuses %#', (call, message) => {
  expect(call).toThrow(message);
});

describe('refuses before anything changes', () => {
  const disposed = tf.zeros([2]);
  disposed.dispose();
  const gradients: [string, () => tf.Tensor, string][] = [
    ['another shape', () => tf.ones([3]), 'the gradient of v: got shape [3], expected [2], the shape of its variable.'],
    ['integers', () => tf.ones([2], 'int32'), 'the gradient of v: got dtype int32, expected float32'],
    ['a disposed one', () => disposed, 'the gradient of v: got a disposed tensor, expected a live one'],
    ['an array', () => [1, 1] as never, 'the gradient of v: got an array, expected a tensor'],
  ];
  it.each(gradients)('%s', (_, gradient, message) => {
    const [u, v] = [tf.variable(tf.ones([2]), true, 'u'), tf.variable(tf.ones([2]), true, 'v')];
    const optimizer = make('adam');
    const named = [u, v].map(({ name }) => ({ name, tensor: name === 'v' ? gradient() : tf.ones([2]) }));
    expect(() => {
      optimizer.applyGradients(named);
    }).toThrow(message);
    expect([list(u), list(v), optimizer.iterations]).toEqual([[1, 1], [1, 1], 0]);
  });

  it('a gradient for nothing, and variables that are no floats', () => {
    expect(() => {
      make('sgd').applyGradients([{ name: 'nobody', tensor: tf.ones([2]) }]);
    }).toThrow('applyGradients: got a gradient for nobody, expected one for a live tf.Variable; none has that name.');
    const counts = tf.variable(tf.ones([2], 'int32'), true, 'counts');
    expect(() => {
      step(make('sgd'), counts);
    }).toThrow('counts: got dtype int32, expected float32');
  });

  it('a learning rate that a schedule has spoilt', () => {
    const [variable, optimizer] = [tf.variable(tf.ones([2])), make('adam')];
    optimizer.learningRate = NaN;
    expect(() => {
      step(optimizer, variable);
    }).toThrow('learningRate: got NaN, expected a number of at least 0.');
    expect([list(variable), optimizer.iterations]).toEqual([[1, 1], 0]);
  });

  it('weights of another optimizer', async () => {
    const variable = tf.variable(tf.ones([2]));
    const [plain, one] = [make('sgd'), make('momentum')];
    step(one, variable);
    const weights = await one.getWeights();
    await expect(make('adam').setWeights(weights)).rejects.toThrow(
      'setWeights: got 2 tensors, expected the step count and 2 for each variable; restore what the same optimizer gave.',
    );
    await expect(plain.setWeights(weights)).rejects.toThrow('setWeights: got 2 tensors, expected the step count alone');
    await expect(plain.setWeights([])).rejects.toThrow('setWeights: got 0 tensors, expected the step count alone');
    await expect(make('adam').setWeights([...weights, { name: 'v', tensor: tf.ones([3]) }])).rejects.toThrow(
      "setWeights[2]: got shape [3], expected [2], that of the variable's first.",
    );
  });
});
