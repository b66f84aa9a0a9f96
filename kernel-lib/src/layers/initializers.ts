import * as tf from '@tensorflow/tfjs-node';
import { qr } from '../native';
import { normalTensor, rng, type Rng } from '../tensor';
import { readInitializer, type Initializer } from './identifiers';

/**
 * The initializer with its draws from the generator, unless it has a seed of its own. An orthogonal one is drawn with TensorFlow's
 * QR: that of tfjs takes a loop in JavaScript for every column, and warns of it.
 */
export function seeded(initializer: Initializer, generator: Rng): Initializer {
  const className = initializer.getClassName();
  const config = initializer.getConfig();
  const own = typeof config.seed === 'number';
  if (className === 'Orthogonal') {
    const source = own ? rng(Math.abs(Math.trunc(config.seed as number))) : generator;
    return drawnBy((shape) => orthogonal(source, shape as [number, number], config.gain as number));
  }
  if (own || !('seed' in config)) return initializer;
  // A seed of 0 would be none to tfjs.
  const identifier = { className, config: { ...config, seed: 1 + generator.integer(2 ** 32 - 1) } };
  return readInitializer('initializer', identifier as never, 'zeros');
}

/**
 * The bias of an LSTM whose forget gate begins open: of the gates i, f, c, o, ones for f, and what the initializer draws for the
 * others. Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015, An empirical exploration of recurrent
 * network architectures, section 3.
 */
export function withForgetBias(initializer: Initializer, units: number): Initializer {
  return drawnBy(() =>
    tf.concat([initializer.apply([units]), tf.ones([units]), initializer.apply([2 * units])] as tf.Tensor1D[]),
  );
}

/** As kernel-lib's `orthogonal`, on TensorFlow: gain · Q sign(diag R) of a matrix of normal numbers, Mezzadri 2007, section 5. */
function orthogonal(generator: Rng, [rows, columns]: readonly [number, number], gain: number): tf.Tensor2D {
  const { Q, R } = qr(normalTensor(generator, [Math.max(rows, columns), Math.min(rows, columns)]));
  const signs = tf.linalg.bandPart(R, 0, 0).sum(0).sign();
  const tall = Q.mul<tf.Tensor2D>(signs).mul<tf.Tensor2D>(gain);
  return rows < columns ? tall.transpose() : tall;
}

function drawnBy(draw: (shape: number[]) => tf.Tensor): Initializer {
  const apply = (shape: tf.Shape): tf.Tensor => tf.tidy(() => draw(shape as number[]));
  return Object.assign(tf.initializers.zeros(), { apply });
}
