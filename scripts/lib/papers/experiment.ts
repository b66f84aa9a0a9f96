/** The whole table, or the part of it that CI runs. */
export type Profile = 'quick' | 'full';

/** What one run gave. */
export interface Outcome {
  /** Whether it did what {@link Experiment.success} says. */
  readonly success: boolean;
  /** In the order in which the table shows them. */
  readonly figures: Readonly<Record<string, number>>;
}

/** One line of the table: something that a paper has published, done again. */
export interface Experiment {
  /** What the command's words choose by. */
  readonly name: string;
  /** Paper, section or table. */
  readonly source: string;
  /** What stands there. */
  readonly published: string;
  /** What counts as success here. */
  readonly success: string;
  /** Whether the paper leads one to expect success of all runs or of none; nothing where it does not say. */
  readonly expected?: 'all' | 'none';
  /** How this differs from the paper, or where the paper leaves it open. */
  readonly differs?: string;
  /** One run each. No seeds, no run. */
  readonly seeds: Readonly<Record<Profile, readonly number[]>>;
  readonly run: (seed: number) => Promise<Outcome> | Outcome;
}

/** A finished run. */
export interface Run extends Outcome {
  readonly seed: number;
  readonly seconds: number;
}

/** All runs of an experiment so far. */
export interface Result {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** Where and when the runs were made. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  /** The load average when the runs began. */
  readonly load: number;
  readonly node: string;
  readonly date: string;
}

/** What the command writes. */
export interface Results {
  readonly command: string;
  readonly machine: Machine;
  /** Wall-clock seconds of all runs together. */
  readonly seconds: number;
  readonly results: readonly Result[];
}

/** The experiments whose names have every word, in any case; all without words. */
export function choose(all: readonly Experiment[], words: readonly string[]): Experiment[] {
  return all.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word.toLowerCase())));
}
