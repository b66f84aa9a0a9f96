import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rng } from '../tensor/rng';
import { checkLogits, checkPrime } from './prime';
import { checkSampling, sample, type Sampling } from './sample';
import type { Vocabulary } from './vocabulary';
import { checkPositiveInteger } from './windows';

/** A model that carries its own state: told one symbol, it scores the next. */
export interface SymbolModel {
  /** The logits of the symbol after `id`, one a symbol of the vocabulary, given all ids it was told before. */
  step(id: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Lets go of the state. Called once, whether the text was finished, given up or failed. */
  dispose?(): void;
}

/** What to write with, from what beginning, and how boldly. */
export interface GenerateOptions extends Sampling {
  /** One step a character: `cellModel({ cell, params, readout, vocabulary })`, or an object of your own. */
  model: SymbolModel;
  vocabulary: Vocabulary;
  /** What the model reads first, at least one character. It is not part of what is generated. */
  prime: string;
  /** How many characters to draw. */
  length: number;
  rng: Pick<Rng, 'choice'>;
  /** Stops between two characters, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/** How often the event loop gets a turn: output appears and an interrupt arrives at least this often. */
const CHARACTERS_A_TURN = 8;

/**
 * Draws text from a model, character by character, each as soon as it is drawn:
 *   id_t ~ softmax(z_t / T),  z_{t+1} = model.step(id_t)
 * or from what `topK` and `nucleus` leave of it, see {@link distribution}.
 * Stateful: `prime` costs one step a character, and so does every character drawn. `for await (const c of generate({...}))`;
 * leaving the loop early lets go of the model's state.
 *
 * @throws RangeError, before anything runs, when prime is empty or has a character outside the vocabulary, length is not a
 * positive integer, the temperature is not above 0, or topK or
 * nucleus is refused; while running, when the model returns another number of logits.
 */
export function generate(options: GenerateOptions): AsyncGenerator<string, void, undefined> {
  const { vocabulary, prime, length } = options;
  checkSampling(options);
  checkPositiveInteger('generate', 'length', length);
  return draw(options, checkPrime('generate', prime, vocabulary));
}

async function* draw(
  { model, vocabulary, length, rng, signal, ...sampling }: GenerateOptions,
  primeIds: Int32Array,
): AsyncGenerator<string, void, undefined> {
  const step = async (id: number): Promise<ArrayLike<number>> => {
    signal?.throwIfAborted();
    const logits = await model.step(id);
    checkLogits('generate', logits, vocabulary.size);
    return logits;
  };
  try {
    let logits: ArrayLike<number> = [];
    for (const id of primeIds) logits = await step(id);
    for (let drawn = 1; drawn <= length; drawn++) {
      const id = sample(logits, { ...sampling, rng });
      yield vocabulary.symbols[id] ?? '';
      if (drawn < length) logits = await step(id);
      if (drawn % CHARACTERS_A_TURN === 0) await nextTurn();
    }
  } finally {
    model.dispose?.();
  }
}

/** All the characters that {@link generate} draws, as one string. */
export async function generateText(options: GenerateOptions): Promise<string> {
  let text = '';
  for await (const character of generate(options)) text += character;
  return text;
}
