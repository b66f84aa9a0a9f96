import type * as tf from '@tensorflow/tfjs-node';
import { checkFloats } from './check';

/** Shared by all gates [batch, width], or one for each of them [batch, gates, width]. */
export type DropoutMask = tf.Tensor<tf.Rank.R2 | tf.Rank.R3>;

/**
 * What the gates see less of. A mask holds zeros and 1 / (1 − p), drawn once a sequence and the same at every step: Gal and
 * Ghahramani 2016, A theoretically grounded application of dropout in recurrent neural networks. With [batch, width] it is
 * their tied form, one mask for all gates, as in `tf.layers`. With [batch, gates, width] each gate sees what its own mask
 * leaves, as in Keras where there is recurrent dropout: i, f, g, o of the LSTM, z, r, h of the GRU, in this order.
 */
export interface DropoutMasks {
  /** Every gate sees x_t ⊙ this in place of x_t. Shape [batch, input] or [batch, gates, input]; none for ids. */
  readonly dropoutMask?: DropoutMask;
  /** Every gate sees h_{t-1} ⊙ this in place of h_{t-1}. Shape [batch, hidden] or [batch, gates, hidden]. */
  readonly recurrentDropoutMask?: DropoutMask;
}

/** How wide what is dropped is. */
interface Widths {
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
}

/**
 * @param gates their symbols, in order
 * @throws Error for a mask that does not fit what it is for, and for one that is for ids
 */
export function checkMasks(
  { dropoutMask, recurrentDropoutMask }: DropoutMasks,
  { batch, input, hidden }: Widths,
  gates: readonly string[],
  ids: boolean,
): void {
  const check = (name: string, mask: DropoutMask, width: Readonly<Record<string, number>>, what: string): void => {
    const each = (mask as tf.Tensor | null)?.rank === 3;
    const order = `one mask for all gates, or one for each of ${gates.join(', ')}`;
    checkFloats(
      name,
      mask,
      each ? [{ batch }, { gates: gates.length }, width] : [{ batch }, width],
      `it must match ${what}: ${order}`,
    );
  };
  if (dropoutMask) {
    if (ids) {
      throw new Error(
        'dropoutMask: got one for ids, expected none: an id has no parts to drop; embed the ids and pass the vectors.',
      );
    }
    check('dropoutMask', dropoutMask, { input }, 'xs');
  }
  if (recurrentDropoutMask) check('recurrentDropoutMask', recurrentDropoutMask, { hidden }, 'the recurrent weights');
}

/** The mask of gate n of so many, [batch, width]; undefined where nothing is dropped. */
export function maskOf(mask: DropoutMask | undefined, n: number): tf.Tensor2D | undefined {
  if (mask === undefined || mask.rank === 2) return mask as tf.Tensor2D | undefined;
  return mask.slice([0, n], [-1, 1]).squeeze<tf.Tensor2D>([1]);
}
