import * as tf from '@tensorflow/tfjs-node';
import type { Constraint } from './identifiers';

/**
 * Applies the constraint to every value that the weight is given from now on. tfjs applies it to what `setWeights` gives alone:
 * its optimizers write past it.
 */
export function keepConstrained(weight: tf.LayerVariable, constraint: Constraint): void {
  const variable = weight.read() as unknown as Pick<tf.Variable, 'assign'>;
  const assign = variable.assign.bind(variable);
  variable.assign = (value) => {
    tf.tidy(() => {
      assign(constraint.apply(value));
    });
  };
}
