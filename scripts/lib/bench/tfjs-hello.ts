import * as tf from '@tensorflow/tfjs-node';
import { opsInUse } from 'kernel-lib/native';
import type { Replies } from './worker-process.ts';

/** What a worker on TensorFlow.js says of itself. */
export function hello(): Replies['hello'] {
  const { level, reason } = opsInUse();
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  const versions = { Node: process.version, 'TensorFlow.js': tf.version.tfjs, TensorFlow: binding.TF_Version };
  return { versions: level === undefined ? versions : { ...versions, 'own ops': level }, ...(reason && { reason }) };
}
