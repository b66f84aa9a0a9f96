import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from './plan.ts';

/** Something to be timed: runs a block of `repeats`, after one that does not count where `warm`, and gives ms a repeat. */
export interface Timed {
  readonly block: (repeats: number, warm: boolean) => Promise<number>;
}

/** A block takes about this long, so that the clock and the way to the worker are nothing beside it; milliseconds. */
const BLOCK = 100;
/** A step as long as this needs no other before it: what the other contenders threw out of the caches is soon back. */
const LONG = 250;
const MOST_REPEATS = 50;
/**
 * Before each block; milliseconds. PyTorch's threads go on spinning for some of these after their work is done, and would take
 * a core from the next. (To forbid the spinning, `OMP_WAIT_POLICY=passive`, costs PyTorch up to half its speed.)
 */
const REST = 20;

/**
 * Times all in turn, round after round, each round beginning with another one: whatever else the machine does meets all alike.
 * Each, which must have run before, is timed once to tell how many repeats a block needs.
 *
 * @returns milliseconds a repeat, by contender and round
 */
export async function interleave(
  all: readonly Timed[],
  budget: Budget,
  now: () => number = () => performance.now(),
): Promise<number[][]> {
  const blocks: (() => Promise<number>)[] = [];
  for (const { block } of all) {
    const once = await block(1, false);
    const repeats = Math.min(MOST_REPEATS, Math.max(1, Math.round(BLOCK / once)));
    blocks.push(() => block(repeats, once < LONG));
  }
  const times: number[][] = all.map(() => []);
  const begin = now();
  for (let round = 0; round < budget.mostRounds; round++) {
    if (round >= budget.fewestRounds && now() - begin >= budget.milliseconds) break;
    for (let k = 0; k < all.length; k++) {
      const turn = (round + k) % all.length;
      await sleep(REST);
      const time = await blocks[turn]?.();
      if (time !== undefined) times[turn]?.push(time);
    }
  }
  return times;
}
