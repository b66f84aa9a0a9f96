import { checkSize } from '../../tensor';

/** The learning rate of a step, counted from 1: what `fit` takes as its `learningRate`. */
export type Schedule = (step: number) => number;

/** k: how many steps were taken before this one, which is what PyTorch's schedulers count. */
export function taken(step: number): number {
  checkSize('step', step);
  return step - 1;
}
