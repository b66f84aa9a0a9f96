/** Saves checkpoint after checkpoint to argv[2] until it is killed; a line a save. */
import { encodeSafetensors, type StoredTensor } from '../../kernel-lib/src/files/safetensors';
import { writeWhole } from '../../kernel-lib/src/files/write-whole';

const [, , file = ''] = process.argv;
for (let saves = 1; ; saves++) {
  // As saveCheckpoint writes it, without the seconds that TensorFlow takes to load.
  const W: StoredTensor = { dtype: 'float32', shape: [500_000], values: new Float32Array(500_000).fill(saves) };
  const metadata = { format: 'kernel-lib checkpoint', version: '1', state: JSON.stringify({ state: { saves } }) };
  await writeWhole(file, encodeSafetensors({ tensors: new Map([['params.W', W]]), metadata }));
  process.stdout.write(`${saves}\n`);
}
