import { checkSize } from '../../tensor';
import { checkRate } from '../optimizers/arguments';
import { taken } from './schedule';

/**
 * A straight rise to the first rate of another schedule, which then begins; Goyal et al. 2017, Accurate, large minibatch SGD,
 * section 2.2. With k steps taken before:
 *   η_k = then_0 · (from + (1 − from) k / steps) for k < steps, then_{k − steps} from there on
 * As PyTorch's LinearLR, then the other, in a SequentialLR.
 *
 * @throws Error for steps that are no positive integer, or a share below 0
 */
export function warmUp<Rest extends unknown[]>(
  then: (step: number, ...rest: Rest) => number,
  {
    steps,
    from = 0,
  }: Readonly<{ steps: number; /** The share of the rate to start from; default 0. */ from?: number }>,
): (step: number, ...rest: Rest) => number {
  checkSize('steps', steps);
  checkRate('from', from);
  return (step, ...rest) => {
    const k = taken(step);
    return k < steps ? then(1, ...rest) * (from + ((1 - from) * k) / steps) : then(step - steps, ...rest);
  };
}
