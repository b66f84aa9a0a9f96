import '../tensor/node-compat';

export type { NumpyArray } from '../files/npy';
export type { NestedNumbers, Numbers, StoredArray, WeightArray, WeightRecord } from './arrays';
export type { Counterpart, CounterpartParams, Layers, Network } from './counterparts';
export { readHdf5, writeHdf5 } from './hdf5';
export { fromKeras, toKeras, toKerasNames, type FromKerasOptions, type KerasCell } from './keras';
export { readNpz, writeNpz } from './npz';
export { readSafetensors, writeSafetensors } from './safetensors';
export { fromTorch, toTorch, type FromTorchOptions, type ToTorchOptions, type TorchCell } from './torch';
