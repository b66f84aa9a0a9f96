import type { History } from './history';
import type { ParamTree } from './params';

/** The loss or the gradient is no longer a finite number. The step that found it was not taken. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';

  /**
   * @param step the step that could not be taken, from 1
   * @param params the parameters before it: the caller's, to look at and to dispose
   * @param history the steps taken before it
   */
  constructor(
    what: string,
    readonly step: number,
    readonly epoch: number,
    readonly params: ParamTree,
    readonly history: History,
    advice: string,
  ) {
    super(`fit: ${what} at step ${step} (epoch ${epoch}): ${advice}.`);
  }
}
