export type CellName = 'lstm' | 'gru' | 'rnn';
/** A training step is forward, then backward to the inputs and every weight. */
export type Mode = 'forward' | 'train';

export interface Sizes {
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly units: number;
}

/** One row of the table. */
export interface Case {
  readonly cell: CellName;
  readonly mode: Mode;
  readonly sizes: Sizes;
}

/** How long to measure: rounds go on until the budget is spent, within these bounds. */
export interface Budget {
  readonly milliseconds: number;
  readonly fewestRounds: number;
  readonly mostRounds: number;
}

/** A curve of how the LSTM's training step grows with one of its sizes. */
export interface Growth {
  readonly along: 'time' | 'units';
  readonly sizes: readonly Sizes[];
}

/** All that a run measures. */
export interface Plan {
  readonly cases: readonly Case[];
  readonly budget: Budget;
  /** Peak memory at this training step of the LSTM, in a fresh process for each contender. */
  readonly memory: { readonly sizes: readonly Sizes[]; readonly steps: number };
  /** Training steps after which tensors and memory are counted. */
  readonly leak: { readonly sizes: readonly Sizes[]; readonly steps: number };
  readonly growth: readonly Growth[];
  readonly growthBudget: Budget;
}

const sizesOf = (batch: number, time: number, input: number, units: number): Sizes => ({ batch, time, input, units });

const [usual, small] = [sizesOf(32, 80, 128, 128), sizesOf(1, 100, 64, 64)];
const large = sizesOf(64, 200, 256, 512);

function casesOf(sizes: readonly Sizes[]): Case[] {
  const modes = ['train', 'forward'] as const;
  return (['lstm', 'gru', 'rnn'] as const).flatMap((cell) =>
    modes.flatMap((mode) => sizes.map((one) => ({ cell, mode, sizes: one }))),
  );
}

export const fullPlan: Plan = {
  cases: casesOf([usual, sizesOf(128, 40, 57, 128), small, large]),
  budget: { milliseconds: 12_000, fewestRounds: 5, mostRounds: 40 },
  memory: { sizes: [usual, large], steps: 3 },
  leak: { sizes: [usual], steps: 1000 },
  growth: [
    { along: 'time', sizes: [10, 20, 50, 100, 200, 500, 1000].map((time) => ({ ...usual, time })) },
    { along: 'units', sizes: [32, 64, 128, 256, 512, 1024].map((units) => ({ ...usual, units })) },
  ],
  growthBudget: { milliseconds: 3000, fewestRounds: 3, mostRounds: 20 },
};

/** Under two minutes. */
export const quickPlan: Plan = {
  cases: casesOf([usual, small]),
  budget: { milliseconds: 1500, fewestRounds: 3, mostRounds: 15 },
  memory: { sizes: [], steps: 0 },
  leak: { sizes: [usual], steps: 100 },
  growth: [],
  growthBudget: { milliseconds: 1000, fewestRounds: 3, mostRounds: 5 },
};

export const tuple = ({ batch, time, input, units }: Sizes): string => `(${batch}, ${time}, ${input}, ${units})`;

/** What a word on the command line is looked for in: `lstm train (32, 80, 128, 128)`. */
export const idOf = ({ cell, mode, sizes }: Case): string => `${cell} ${mode} ${tuple(sizes)}`;

/** The part of a plan whose parts all have every word in their names. */
export function choose(plan: Plan, words: readonly string[]): Plan {
  const wanted = (id: string): boolean => words.every((word) => id.includes(word));
  const sized = (name: string, all: readonly Sizes[]): Sizes[] =>
    all.filter((sizes) => wanted(`lstm ${name} ${tuple(sizes)}`));
  return {
    ...plan,
    cases: plan.cases.filter((one) => wanted(idOf(one))),
    memory: { ...plan.memory, sizes: sized('memory', plan.memory.sizes) },
    leak: { ...plan.leak, sizes: sized('leak', plan.leak.sizes) },
    growth: plan.growth.filter(({ along }) => wanted(`lstm growth ${along}`)),
  };
}

/** Whether there is nothing in it. */
export const isEmpty = ({ cases, memory, leak, growth }: Plan): boolean =>
  cases.length + memory.sizes.length + leak.sizes.length + growth.length === 0;
