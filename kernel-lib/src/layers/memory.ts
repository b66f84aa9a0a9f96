import * as tf from '@tensorflow/tfjs-node';
import { checkShape } from '../tensor';

/** The state that a stateful layer carries from batch to batch. Its tensors outlive every tidy. */
export class Memory {
  private states: tf.Tensor2D[] | undefined;

  constructor(
    private readonly names: readonly string[],
    private readonly shape: readonly [batch: number, units: number],
  ) {}

  /** Where the last batch ended; zeros before the first one. */
  read(): tf.Tensor2D[] {
    this.states ??= this.names.map(() => tf.keep(tf.zeros<tf.Rank.R2>([...this.shape])));
    return this.states;
  }

  /**
   * Goes on from there, or from zeros. No gradient goes back into the batch before.
   *
   * @throws Error for states of another number or shape
   */
  write(states?: readonly tf.Tensor[]): void {
    if (states) {
      const [batch, units] = this.shape;
      checkCount('states', states, this.names);
      states.forEach((state, k) => checkShape(`states.${this.names[k] ?? k}`, state, [{ batch }, { units }]));
    }
    const next = states?.map((state) => tf.keep(state.clone() as tf.Tensor2D));
    this.dispose();
    this.states = next;
  }

  dispose(): void {
    tf.dispose(this.states);
    this.states = undefined;
  }
}

/** @throws Error unless there is one state for every name */
export function checkCount(argument: string, states: readonly unknown[], names: readonly string[]): void {
  if (states.length === names.length) return;
  throw new Error(`${argument}: got ${states.length}, expected ${names.length}: [${names.join(', ')}].`);
}
