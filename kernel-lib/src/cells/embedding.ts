import * as tf from '@tensorflow/tfjs-node';
import {
  checkDtype,
  checkIds,
  checkShape,
  checkSize,
  checkUsable,
  uniformTensor,
  type Initializer,
  type Rng,
} from '../tensor';

/** E [vocabulary, embedding]: one row a symbol. */
export type EmbeddingParams = Readonly<{ E: tf.Tensor2D }>;

/** How to draw an embedding: U(−0.05, 0.05) as in Keras, unless said otherwise. */
export interface EmbeddingOptions {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly rng: Rng;
  readonly initializers?: { readonly E?: Initializer };
}

/** The layer that turns symbols into vectors. */
export interface Embedding {
  /** Draws the parameters. */
  init(options: EmbeddingOptions): EmbeddingParams;
  /**
   * x = E[id] for every id. Its gradient goes to the rows that were read: ∂L/∂E[k] = Σ over all places with id k of ∂L/∂x.
   * Shapes: ids [batch, time] of int32, x [batch, time, embedding].
   */
  apply(params: EmbeddingParams, ids: tf.Tensor2D): tf.Tensor3D;
}

const keras: Initializer = (rng, shape) => uniformTensor(rng, shape, -0.05, 0.05);

/** Embedding: x_t = onehot(id_t) E, which is row id_t of E, without the product. */
export const embedding: Embedding = {
  init({ vocabularySize, embeddingSize, rng, initializers: { E = keras } = {} }) {
    checkSize('vocabularySize', vocabularySize);
    checkSize('embeddingSize', embeddingSize);
    return { E: E(rng, [vocabularySize, embeddingSize]) };
  },

  apply({ E }, ids) {
    const { vocabulary } = checkShape('E', E, ['vocabulary', 'embedding']);
    checkUsable('ids', ids);
    checkShape('ids', ids, ['batch', 'time']);
    checkDtype('ids', ids, 'int32');
    const fix = 'E has a row for each symbol, so put what is not in the vocabulary under an id of its own';
    checkIds('ids', ids.dataSync(), vocabulary, { shape: ids.shape, fix });
    return tf.gather<tf.Tensor>(E, ids) as tf.Tensor3D;
  },
};
