import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';

/** The model as it comes back from a file. */
export async function throughFile(model: tf.LayersModel): Promise<tf.LayersModel> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'layers-'));
  try {
    await model.save(`file://${folder}`);
    return await tf.loadLayersModel(`file://${folder}/model.json`);
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}
