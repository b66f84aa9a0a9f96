export { checkFunction, type FunctionCheck } from './check-function';
export { checkSampler, type SamplerCheck } from './check-sampler';
export { checkStep, type StepCheck } from './check-step';
export { checkValue, type ValueCheck } from './check-value';
export { checkpointFile } from './checkpoint-file';
export type { Axes, CompareOptions } from './compare';
export { ExerciseError } from './exercise-error';
export { budget, profile, type Profile } from './profile';
export { recorded } from './recorded';
