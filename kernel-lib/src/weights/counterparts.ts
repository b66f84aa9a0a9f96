import type {
  Directions,
  GruParams,
  GruResetBeforeParams,
  LstmParams,
  LstmProjectionParams,
  RnnParams,
} from '../cells';

/** The parameters of each cell that PyTorch or Keras computes, too, by the cell's name in `cells`. */
export interface CounterpartParams {
  readonly rnn: RnnParams;
  readonly gru: GruParams;
  readonly 'gru (z replaces)': GruParams;
  readonly 'gru (reset before)': GruResetBeforeParams;
  readonly 'gru (reset before, z replaces)': GruResetBeforeParams;
  readonly lstm: LstmParams;
  readonly 'lstm (projection)': LstmProjectionParams;
}

/**
 * A cell that PyTorch or Keras computes, too. Neither has peepholes, coupled gates, Jordan networks or the minimal cells; the compact
 * LSTM becomes the LSTM by `fromCompactLstm`.
 */
export type Counterpart = keyof CounterpartParams;

/**
 * A recurrent network of one cell: what `unroll` (one layer), `stacked` (several), `bidirectional` (one layer, both directions)
 * and `deepBidirectional` take, the lowest layer first.
 */
export type Network<K extends Counterpart = Counterpart, B extends boolean = boolean> = K extends Counterpart
  ? B extends true
    ? { readonly cell: K; readonly bidirectional: true; readonly layers: readonly Directions<CounterpartParams[K]>[] }
    : { readonly cell: K; readonly bidirectional: false; readonly layers: readonly CounterpartParams[K][] }
  : never;

/** One layer or a list of them, the lowest first, each the parameters of one direction or of both. */
export type Layers<K extends Counterpart> =
  | CounterpartParams[K]
  | Directions<CounterpartParams[K]>
  | readonly CounterpartParams[K][]
  | readonly Directions<CounterpartParams[K]>[];

/** What sets the counterparts apart: how many gates stand side by side, where the GRU's reset is, what its z is the share of. */
export interface Traits {
  readonly family: 'rnn' | 'gru' | 'lstm';
  /** Whether the candidate has a second bias, bhh, inside of the reset. */
  readonly resetAfter?: true;
  /** Whether z is the share that is replaced, which neither PyTorch nor Keras has: negating what z is computed from turns one into the other. */
  readonly replaces?: true;
  readonly projects?: true;
}

/** Of each counterpart. */
export const TRAITS: Readonly<Record<Counterpart, Traits>> = {
  rnn: { family: 'rnn' },
  gru: { family: 'gru', resetAfter: true },
  'gru (z replaces)': { family: 'gru', resetAfter: true, replaces: true },
  'gru (reset before)': { family: 'gru' },
  'gru (reset before, z replaces)': { family: 'gru', replaces: true },
  lstm: { family: 'lstm' },
  'lstm (projection)': { family: 'lstm', projects: true },
};

/**
 * @throws Error for a cell that the other library does not compute
 */
export function checkCell(cell: string, known: readonly Counterpart[], library: string): void {
  if ((known as readonly string[]).includes(cell)) return;
  const names = known.map((name) => `'${name}'`);
  throw new Error(
    `cell: got '${cell}', expected ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}; ${library} computes no other of these cells.`,
  );
}
