/** Of one epoch, what the example prints and what is counted in it. */
export interface Epoch {
  readonly epoch: number;
  /** The mean over the epoch's steps, nats a character. */
  readonly loss: number;
  /** Of the training steps alone. */
  readonly seconds: number;
  readonly prime: string;
  /** 400 characters at each diversity. */
  readonly samples: readonly string[];
  /** Share of real words in a longer sample at each diversity, 0 to 1. */
  readonly realWords: readonly number[];
}

/** A shorter run on the beginning of the corpus. */
export interface Size {
  readonly characters: number;
  /** Of the last 100 steps, nats a character. */
  readonly trainingLoss: number;
  /** On the end of the corpus, which none of these runs has read. */
  readonly heldOutLoss: number;
  /** On windows that begin one character after those it was trained on: what was read, but not asked for. */
  readonly betweenLoss: number;
  /** At each diversity, 0 to 1. */
  readonly realWords: readonly number[];
  /** Of stretches of 20 sampled characters, the share that stands word for word in what was read. */
  readonly copied: readonly number[];
  readonly samples: readonly string[];
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly date: string;
  readonly node: string;
}

/** All that `npm run nietzsche` found out. */
export interface Results {
  readonly command: string;
  readonly machine: Machine;
  readonly diversities: readonly number[];
  /** The share of real words among characters drawn one by one, each as often as the corpus has it. */
  readonly chance: number;
  readonly epochs: readonly Epoch[];
  /** How many steps each run of `sizes` took. */
  readonly steps: number;
  readonly sizes: readonly Size[];
}
