export { averagePrecision } from './average-precision';
export { connectivity, type ConnectivityOptions } from './connectivity';
export { contributions, type Contributions } from './contributions';
export { correlateUnits, findUnits, type FoundUnit, type UnitMatch, type UnitValues } from './correlate-units';
export { errorSurface, type ErrorSurface, type ErrorSurfaceOptions, type SurfaceAxis } from './error-surface';
export { gradientCheck, type CheckedElement, type GradientCheck, type GradientCheckOptions } from './gradient-check';
export { stepJacobian, stepJacobians, type StepJacobians } from './jacobian';
export { jacobianProducts, type JacobianProductOptions, type JacobianProducts } from './jacobian-products';
export type { OneSequenceOptions } from './one-sequence';
export {
  oneUnit,
  oneUnitDescent,
  type OneUnitDescent,
  type OneUnitDescentOptions,
  type OneUnitOptions,
  type OneUnitParams,
  type OneUnitRun,
} from './one-unit';
export { saturation, type Saturation } from './saturation';
export { sensitivity, type SensitivityOptions } from './sensitivity';
export { similarSpans, type SimilarSpan, type SimilarSpanOptions, type Span } from './similar-spans';
export { spectrum, type Spectrum } from './spectrum';
export { tracks, type CodeTracks, type ProseTracks, type Tracks } from './tracks';
