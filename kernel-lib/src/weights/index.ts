import '../tensor/node-compat';

export type { NestedNumbers, Numbers, StoredArray, WeightArray, WeightRecord } from './arrays';
export type { Counterpart, CounterpartParams, Layers, Network } from './counterparts';
export { readSafetensors, writeSafetensors } from './safetensors';
export { fromTorch, toTorch, type FromTorchOptions, type ToTorchOptions, type TorchCell } from './torch';
