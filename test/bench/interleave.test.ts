import { expect, it } from 'vitest';
import { interleave, type Timed } from '../../scripts/lib/bench/interleave';

/** Contenders of given speeds that write down when they are asked; their clock is the time that they say they took. */
function contenders(speeds: Readonly<Record<string, number>>): {
  all: Timed[];
  asked: string[];
  now: () => number;
} {
  const asked: string[] = [];
  let clock = 0;
  const all = Object.entries(speeds).map(([name, ms]) => ({
    block: (repeats: number, warm: boolean) => {
      asked.push(`${name}${repeats}${warm ? ' warm' : ''}`);
      clock += ms * repeats;
      return Promise.resolve(ms + asked.length / 1000);
    },
  }));
  return { all, asked, now: () => clock };
}

const rounds = (fewestRounds: number, mostRounds: number, milliseconds = 0): Parameters<typeof interleave>[1] => ({
  ...{ milliseconds, fewestRounds, mostRounds },
});

it('runs all in turn, each round beginning with another one', async () => {
  const { all, asked, now } = contenders({ A: 60, B: 300, C: 1 });
  const times = await interleave(all, rounds(3, 3), now);
  const [a, b, c] = ['A2 warm', 'B1', 'C50 warm'];
  expect(asked).toEqual(['A1', 'B1', 'C1', a, b, c, b, c, a, c, a, b]);
  // the fourth, ninth and eleventh block were A's
  expect(times[0]).toEqual([60.004, 60.009, 60.011]);
  expect(times.map((one) => one.length)).toEqual([3, 3, 3]);
});

it('goes on until the budget is spent, for no fewer and no more rounds than told', async () => {
  const count = async (fewest: number, most: number, budget: number): Promise<number | undefined> => {
    const { all, now } = contenders({ A: 100, B: 100 });
    return (await interleave(all, rounds(fewest, most, budget), now))[0]?.length;
  };
  expect(await count(2, 9, 0)).toBe(2);
  expect(await count(2, 9, 900)).toBe(5);
  expect(await count(2, 4, 9000)).toBe(4);
});
