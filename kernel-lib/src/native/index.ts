export type { Peepholes } from './block-lstm';
export { ctcGreedyDecode, ctcLoss, type CtcOptions } from './ctc';
export { eig, eigenvalues, type Complex, type Eigenpairs } from './eig';
export { lstm, type NativeLstmParams } from './lstm';
export {
  packedLstm,
  type LstmFinal,
  type NativeLstmOptions,
  type NativeLstmResult,
  type PackedLstmParams,
} from './packed-lstm';
export { qr, type Qr } from './qr';
export { singularValues, svd, type Svd } from './svd';
