import * as tf from '@tensorflow/tfjs-node';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../files/safetensors';
import { writeWhole } from '../files/write-whole';
import { checkUsable } from '../tensor';
import { float32Of, type StoredArray, type WeightRecord } from './arrays';
import { bytesOf } from './bytes';

/**
 * Reads a safetensors file, as `safetensors.torch.save_file(model.state_dict(), file)` writes one: names to arrays, which are
 * plain numbers and need no disposing. F64, F16 and BF16 become float32.
 *
 * @param source a path, or the file's bytes
 * @param options.prefix reads only what begins with it, such as `encoder.lstm.`
 * @throws Error, one sentence, where there is no such file, it is damaged, it is a pickle, or a type in it is none of these
 */
export async function readSafetensors(
  source: string | Uint8Array,
  options: { readonly prefix?: string } = {},
): Promise<Record<string, StoredArray & { readonly data: Float32Array | Int32Array }>> {
  const { prefix = '' } = options;
  const { bytes, name } = await bytesOf(source);
  const { tensors } = decodeSafetensors(bytes, name, (tensor) => tensor.startsWith(prefix));
  const arrays = [...tensors].map(([tensor, { shape, values }]) => {
    return [tensor, { shape, data: values instanceof Uint8Array ? Int32Array.from(values) : values }] as const;
  });
  return Object.fromEntries(arrays);
}

/**
 * Writes a safetensors file, which `safetensors.torch.load_file(file)` reads back. The file appears by rename, whole.
 *
 * @param record names to tensors or arrays, such as `toTorch` gives
 * @param options.metadata strings to go with them; transformers wants `{ format: 'pt' }`, which is there unless given
 * @param options.float16 writes floats as F16, in half the bytes: each rounded to three to four digits
 * @throws Error for what is no float32 or int32 tensor, a number too large for float16, and where the file cannot be written
 */
export async function writeSafetensors(
  file: string,
  record: WeightRecord,
  options: { readonly metadata?: Readonly<Record<string, string>>; readonly float16?: boolean } = {},
): Promise<void> {
  const { metadata = { format: 'pt' }, float16 = false } = options;
  const tensors = Object.entries(record).map(([name, array]) => [name, storedOf(name, array)] as const);
  await writeWhole(file, encodeSafetensors({ tensors: new Map(tensors), metadata }, { float16 }));
}

function storedOf(name: string, array: WeightRecord[string]): StoredTensor {
  if (name === '__metadata__')
    throw new Error(`${name}: got a tensor of this name, expected another; it is the format's own.`);
  if (!(array instanceof tf.Tensor)) {
    return { dtype: 'float32', shape: array.shape, values: float32Of(name, array) };
  }
  checkUsable(name, array);
  const { dtype, shape } = array;
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw new Error(`${name}: got dtype ${dtype}, expected float32 or int32; convert it with .cast('float32').`);
  }
  return { dtype, shape, values: array.dataSync<'float32' | 'int32'>() };
}
