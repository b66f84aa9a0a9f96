import * as tf from '@tensorflow/tfjs-node';
import { rng, type Rng } from '../tensor';
import type { RecurrentArgs } from './arguments';
import { keepConstrained } from './constrained';
import { dropFeatures, recurrentDropoutMask } from './dropping';
import {
  applyWithState,
  baseArgs,
  firstShape,
  listOf,
  separated,
  singleOf,
  type Call,
  type Disposed,
  type Kwargs,
  type Symbols,
  type Tensors,
} from './engine';
import type { Initializer } from './identifiers';
import { seeded } from './initializers';
import { checkCount, Memory } from './memory';
import { readOptions, writtenOptions, type RecurrentOptions, type WeightKind } from './options';
import { Penalties } from './penalties';
import { outputOf, type RecurrentWeights, type Walk, type Walked } from './walk';

/**
 * What the recurrent layers have in common: a `tf.layers.Layer` whose walk along time is one call of the native ops. Shapes:
 * xs [batch, time, input], output [batch, units] or, with `returnSequences`, [batch, time, units].
 */
export abstract class Recurrent extends tf.layers.Layer {
  readonly options: RecurrentOptions;
  private readonly rng: Rng;
  private readonly dropoutRng: Rng;
  private readonly penalties: Penalties | undefined;
  private memory: Memory | undefined;
  private variables: Partial<Record<WeightKind, tf.LayerVariable>> = {};

  constructor(args: RecurrentArgs) {
    super(baseArgs(args));
    this.options = readOptions(args);
    const { seed, goBackwards, stateful, activityRegularizer } = this.options;
    this.supportsMasking = true;
    this._stateful = stateful;
    this.inputSpec = [new tf.InputSpec({ ndim: 3 })];
    // A bidirectional layer of tfjs gives both of its layers one seed.
    this.rng = rng(seed ?? Math.floor(Math.random() * 2 ** 53)).fork(goBackwards ? 'backward' : 'forward');
    this.dropoutRng = this.rng.fork('dropout');
    this.penalties = activityRegularizer ? new Penalties(activityRegularizer) : undefined;
    this.addLoss(this.penalties ? [() => this.penalties?.take() ?? tf.scalar(0)] : []);
  }

  /** How many blocks of units stand side by side in the weights. */
  protected abstract readonly gates: number;
  /** What the parts of the state are called; the first is the output. */
  abstract readonly stateNames: readonly string[];
  protected abstract walk(weights: RecurrentWeights, xs: tf.Tensor3D, walk: Walk): Walked;

  protected get biasShape(): number[] {
    return [this.gates * this.options.units];
  }

  protected biasInitializer(initializer: Initializer): Initializer {
    return initializer;
  }

  get returnSequences(): boolean {
    return this.options.returnSequences;
  }

  get returnState(): boolean {
    return this.options.returnState;
  }

  get goBackwards(): boolean {
    return this.options.goBackwards;
  }

  /** The size of every part of the state. */
  get stateSizes(): readonly number[] {
    return this.stateNames.map(() => this.options.units);
  }

  /** The state that the next batch begins with; nulls where it begins with zeros. */
  get states(): (tf.Tensor2D | null)[] {
    return this.memory?.read() ?? this.stateNames.map(() => null);
  }

  /**
   * Makes the weights for inputs of that shape.
   *
   * @param scope stands before the names of the weights
   * @throws Error, one sentence, where the size of the input, or the batch of a stateful layer, is not known
   */
  override build(inputShape: tf.Shape | tf.Shape[], scope = ''): void {
    const shape = firstShape(inputShape);
    const input = shape[2];
    if (typeof input !== 'number') {
      throw new Error(
        `${this.name}: got inputs of shape ${JSON.stringify(shape)}, expected [batch, time, input] with a fixed size of the input.`,
      );
    }
    const { units, useBias } = this.options;
    this.prepare(shape);
    this.add('kernel', `${scope}kernel`, [input, this.gates * units]);
    this.add('recurrent', `${scope}recurrent_kernel`, [units, this.gates * units]);
    if (useBias) this.add('bias', `${scope}bias`, this.biasShape);
    this.built = true;
  }

  /** Takes over the weights of a layer that computes the same, in place of `build`. */
  adopt(inputShape: tf.Shape, [kernel, recurrent, bias]: readonly tf.LayerVariable[]): void {
    this.prepare(inputShape);
    this.variables = { ...(kernel && { kernel }), ...(recurrent && { recurrent }), ...(bias && { bias }) };
    this._trainableWeights = Object.values(this.variables);
    this.built = true;
  }

  override apply(inputs: Tensors | Symbols, kwargs?: Kwargs): Tensors | Symbols {
    return applyWithState(this, inputs, kwargs, (given, others) => super.apply(given, others));
  }

  override call(inputs: Tensors, kwargs: Kwargs): Tensors {
    this.invokeCallHook(inputs, kwargs);
    const call = separated(inputs, kwargs);
    const results = tf.tidy(() => this.results(call));
    if (call.training) this.penalties?.add(results);
    return singleOf(results);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const [batch = null, time = null] = firstShape(inputShape);
    const { units, returnSequences, returnState } = this.options;
    const output = returnSequences ? [batch, time, units] : [batch, units];
    return returnState ? [output, ...this.stateNames.map(() => [batch, units])] : output;
  }

  override computeMask(_inputs: Tensors, mask?: Tensors): Tensors {
    const [first = null] = listOf(mask ?? []);
    const output = this.returnSequences ? first : null;
    return (this.returnState ? [output, ...this.stateNames.map(() => null)] : output) as Tensors;
  }

  /**
   * Lets the next batch begin with those states (h, then c), or with zeros.
   *
   * @throws Error, one sentence, where the layer is not stateful or not built, or the states do not fit it
   */
  override resetStates(states?: Tensors): void {
    if (!this.memory) {
      const got = this.stateful ? 'a layer without weights yet' : 'a layer that is not stateful';
      throw new Error(`resetStates: got ${got}, expected a stateful one that has seen an input.`);
    }
    this.memory.write(states && listOf(states));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...writtenOptions(this.options) };
  }

  override dispose(): Disposed {
    const result = super.dispose();
    if (result.refCountAfterDispose === 0) this.forget();
    return result;
  }

  /** Gives the carried state's memory back. */
  forget(): void {
    this.memory?.dispose();
  }

  private prepare([batch, , input]: tf.Shape): void {
    const { units, stateful } = this.options;
    const spec = new tf.InputSpec({ shape: [stateful ? (batch ?? null) : null, null, input ?? null] });
    this.inputSpec = [spec, ...listOf(this.inputSpec).slice(1)];
    if (!stateful) return;
    if (typeof batch !== 'number') {
      throw new Error(
        `${this.name}: got a batch of any size, expected a fixed one for a stateful layer; give batchInputShape, ` +
          'or tf.input({ batchShape }).',
      );
    }
    this.memory = new Memory(this.stateNames, [batch, units]);
  }

  private add(kind: WeightKind, name: string, shape: number[]): void {
    const { initializer: given, regularizer, constraint } = this.options.weights[kind];
    const drawn = seeded(given, this.rng.fork(kind));
    const initializer = kind === 'bias' ? this.biasInitializer(drawn) : drawn;
    const variable = this.addWeight(name, shape, 'float32', initializer, regularizer ?? undefined, true);
    if (constraint) keepConstrained(variable, constraint);
    this.variables[kind] = variable;
  }

  private results({ xs: given, initialState, mask, training }: Call<tf.Tensor>): tf.Tensor[] {
    const { units, dropout, recurrentDropout, goBackwards, returnState } = this.options;
    const { kernel, recurrent, bias } = this.variables;
    if (!kernel || !recurrent) throw new Error(`${this.name}: got a call before build, expected apply.`);
    if (initialState) checkCount('initialState', initialState, this.stateNames);
    const weights = {
      kernel: kernel.read() as tf.Tensor2D,
      recurrentKernel: recurrent.read() as tf.Tensor2D,
      ...(bias && { bias: bias.read() }),
    };

    const xs = given.cast<tf.Tensor3D>('float32');
    const before = (initialState as tf.Tensor2D[] | undefined) ?? this.memory?.read();
    const dropped = training && recurrentDropoutMask(xs.shape[0], units, recurrentDropout, this.dropoutRng);
    const walked = this.walk(weights, training ? dropFeatures(xs, dropout, this.dropoutRng) : xs, {
      reverse: goBackwards,
      ...(before && { initialState: before }),
      ...(mask && { mask }),
      ...(dropped && { recurrentDropoutMask: dropped }),
    });
    this.memory?.write(walked.states);
    return [outputOf(walked, mask, this.options), ...(returnState ? walked.states : [])];
  }
}
