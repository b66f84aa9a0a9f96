import * as tf from '@tensorflow/tfjs-node';
import {
  assignResource,
  disposeResource,
  makeResource,
  placeholder,
  readResource,
  type Resource,
} from '../../native/optimizer-resource';
import { at, checkDtype, checkUsable } from '../../tensor';
import type { NamedTensor, Optimizer } from '../optimizer';
import { checkRate } from './arguments';

/** Updates one parameter and its moments in place. */
export type UpdateRule<Moment extends string = never> = (
  theta: Resource,
  g: tf.Tensor,
  moments: Readonly<Record<Moment, Resource>>,
) => void;

/** What the optimizer keeps for one parameter. */
interface Slot<Moment extends string> {
  variable: tf.Variable | undefined;
  /** The variable's value inside of TensorFlow, and the data that it was last seen to share. */
  theta: Resource | undefined;
  shared: object | undefined;
  readonly shape: readonly number[];
  readonly moments: Readonly<Record<Moment, Resource>>;
  /** The moments as tensors, where someone has asked for them since the last step. */
  lent: Readonly<Record<Moment, tf.Tensor>> | undefined;
}

/**
 * What the optimizers of this folder have in common. Moments belong to a variable, by name; those of a variable that is gone
 * pass to the next new one of the same shape, so that a second run goes on where the first ended. Between steps variable and
 * resource share their memory; for the time of the update the variable gives its share away, and TensorFlow works in place.
 */
export abstract class FusedOptimizer<Moment extends string = never> extends tf.Optimizer implements Optimizer {
  /** η, which a schedule may set before every step. */
  learningRate: number;
  private slots: Slot<Moment>[] = [];

  protected constructor(
    learningRate: number,
    private readonly momentNames: readonly Moment[] = [],
  ) {
    super();
    checkRate('learningRate', learningRate);
    this.learningRate = learningRate;
  }

  /** The rule for step t, from 1. Tensors that it makes are disposed after the step. */
  protected abstract rule(t: number): UpdateRule<Moment>;

  /**
   * One step against the gradients, each under its variable's name.
   *
   * @throws Error, before any parameter changes, for a gradient without its variable, or of another shape or dtype
   */
  applyGradients(gradients: NamedTensor[] | tf.NamedTensorMap): void {
    const list = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    // tf.Optimizer.minimize has no gradient for a variable that the loss does not use.
    const given = list.filter(({ tensor }) => (tensor as tf.Tensor | undefined) !== undefined);
    const steps = given.map(({ name, tensor }) => ({ variable: checkedVariable(name, tensor), g: tensor }));
    checkRate('learningRate', this.learningRate);
    this.incrementIterations();
    tf.tidy(() => {
      const rule = this.rule(this.iterations);
      for (const { variable, g } of steps) {
        tf.tidy(() => {
          update(this.slotOf(variable), variable, rule, g);
        });
      }
    });
  }

  /** The step count, then every variable's first moment, every variable's second, and so on. They stay the optimizer's. */
  override async getWeights(): Promise<NamedTensor[]> {
    for (const slot of this.slots)
      slot.lent ??= byName(this.momentNames, (name) => tf.keep(readResource(slot.moments[name])));
    const moments = this.momentNames.flatMap((moment) =>
      this.slots.map(({ variable, lent }, i) => ({
        name: `${variable?.name ?? i}/${moment}`,
        tensor: lent?.[moment] as tf.Tensor,
      })),
    );
    return [await this.saveIterations(), ...moments];
  }

  /**
   * Puts back what `getWeights` gave. The variables come with the next step, in the same order.
   *
   * @throws Error for a list that is none of this optimizer's
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const kinds = this.momentNames.length;
    const moments = weights.slice(1).map(({ tensor }) => tensor);
    const count = kinds === 0 ? 0 : moments.length / kinds;
    if (weights.length === 0 || !Number.isInteger(count) || (kinds === 0 && moments.length > 0)) {
      const expected = kinds === 0 ? 'the step count alone' : `the step count and ${kinds} for each variable`;
      throw new Error(
        `setWeights: got ${weights.length} tensors, expected ${expected}; restore what the same optimizer gave.`,
      );
    }
    moments.forEach((moment, i) => {
      checkDtype(`setWeights[${i + 1}]`, moment, 'float32');
      const first = moments[i % count]?.shape ?? [];
      if (moment.shape.join() === first.join()) return;
      throw new Error(
        `setWeights[${i + 1}]: got shape [${moment.shape.join(', ')}], expected [${first.join(', ')}], that of the variable's first.`,
      );
    });
    await this.extractIterations(weights);
    this.disposeSlots();
    this.slots = Array.from({ length: count }, (_, i) =>
      newSlot(this.momentNames, moments[i]?.shape ?? [], (name) =>
        at(moments, this.momentNames.indexOf(name) * count + i),
      ),
    );
  }

  /** Frees the moments and forgets the steps: the next one is the first. */
  override dispose(): void {
    this.disposeSlots();
    this.iterations_ = 0;
  }

  private slotOf(variable: tf.Variable): Slot<Moment> {
    const own = this.slots.find((slot) => slot.variable === variable);
    if (own) return own;
    const shape = variable.shape.join();
    const free = this.slots.find(
      (slot) => slot.variable?.isDisposed !== false && slot.shape.join() === shape, // restored, or left behind
    );
    const slot = free ?? this.addSlot(variable.shape);
    slot.variable = variable;
    return slot;
  }

  private addSlot(shape: readonly number[]): Slot<Moment> {
    const slot = newSlot(this.momentNames, shape, () => tf.zeros([...shape]));
    this.slots.push(slot);
    return slot;
  }

  private disposeSlots(): void {
    for (const { theta, moments, lent } of this.slots) {
      if (theta) disposeResource(theta);
      Object.values<Resource>(moments).forEach(disposeResource);
      disposeLent(lent);
    }
    this.slots = [];
  }
}

function newSlot<Moment extends string>(
  names: readonly Moment[],
  shape: readonly number[],
  value: (name: Moment) => tf.Tensor,
): Slot<Moment> {
  const moments = byName(names, (name) => makeResource(value(name)));
  return { variable: undefined, theta: undefined, shared: undefined, shape, moments, lent: undefined };
}

const byName = <Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;

function disposeLent(lent: Readonly<Record<string, tf.Tensor>> | undefined): void {
  tf.dispose(Object.values(lent ?? {}));
}

function update<Moment extends string>(
  slot: Slot<Moment>,
  variable: tf.Variable,
  rule: UpdateRule<Moment>,
  g: tf.Tensor,
): void {
  if (slot.theta === undefined) slot.theta = makeResource(variable);
  else if (slot.shared !== variable.dataId) assignResource(slot.theta, variable);
  disposeLent(slot.lent);
  slot.lent = undefined;
  variable.assign(placeholder(variable.shape));
  try {
    rule(slot.theta, g, slot.moments);
  } finally {
    variable.assign(readResource(slot.theta));
    slot.shared = variable.dataId;
  }
}

/** The variable that the gradient is for. */
function checkedVariable(name: string, g: tf.Tensor): tf.Variable {
  checkUsable(`the gradient of ${name}`, g);
  const variable = tf.engine().registeredVariables[name];
  if (variable === undefined) {
    throw new Error(
      `applyGradients: got a gradient for ${name}, expected one for a live tf.Variable; none has that name.`,
    );
  }
  checkDtype(name, variable, 'float32');
  checkDtype(`the gradient of ${name}`, g, 'float32');
  if (g.shape.join() !== variable.shape.join()) {
    const [got, expected] = [g.shape, variable.shape].map((shape) => `[${shape.join(', ')}]`);
    throw new Error(`the gradient of ${name}: got shape ${got}, expected ${expected}, the shape of its variable.`);
  }
  return variable;
}
