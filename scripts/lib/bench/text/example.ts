/** The sizes of the Keras text-generation example. */
export const example = { size: 57, time: 40, batch: 128, hidden: 128, learningRate: 0.01 } as const;

/** Who takes part in what: `slot` is the name of the job in its worker. */
export interface TextContender {
  readonly name: string;
  readonly worker: 'own' | 'keras';
  readonly slot: string;
}

/** What is measured. The first contender is what the others are compared with. */
export interface TextRow {
  readonly name: string;
  /** Characters that a repeat reads, or writes. */
  readonly characters: number;
  readonly contenders: readonly TextContender[];
}

export const rows: readonly TextRow[] = [
  {
    name: 'training: characters read a second, a step being 128 windows of 40',
    characters: example.batch * example.time,
    contenders: [
      { name: 'Unrolled, ids', worker: 'own', slot: 'train on ids' },
      { name: 'Unrolled, one-hot vectors', worker: 'own', slot: 'train on one-hot' },
      { name: 'Keras, as the example', worker: 'keras', slot: 'train' },
    ],
  },
  {
    name: 'sampling: characters written a second',
    characters: 1,
    contenders: [
      { name: 'Unrolled, the state carried: one step a character', worker: 'own', slot: 'write with the state' },
      { name: 'Unrolled, a window of 40 a character', worker: 'own', slot: 'write by windows' },
      { name: 'Keras, as the example: predict on a window of 40', worker: 'keras', slot: 'predict' },
      { name: 'Keras, a window of 40 in a tf.function', worker: 'keras', slot: 'window' },
      { name: 'Keras, stateful, in a tf.function', worker: 'keras', slot: 'stateful' },
    ],
  },
];
