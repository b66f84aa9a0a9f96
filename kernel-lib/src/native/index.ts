export type { Peepholes } from './block-lstm';
export { lstm, type NativeLstmParams } from './lstm';
export {
  packedLstm,
  type LstmFinal,
  type NativeLstmOptions,
  type NativeLstmResult,
  type PackedLstmParams,
} from './packed-lstm';
