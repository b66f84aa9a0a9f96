import { kindOf } from '../display/kind';
import type { Scale } from './trace';

export { kindOf };

/** What every figure must say about itself. */
export interface Titles {
  /** What is seen: "Loss on the training text". */
  readonly title: string;
  /** What the horizontal axis counts: "epoch". */
  readonly x: string;
  /** What the vertical axis measures, with its unit: "loss (nats per character)". */
  readonly y: string;
}

/** @throws TypeError naming the first of title, x and y that is no text. */
export function checkTitles(caller: string, options: Titles): void {
  const given = options as Partial<Record<keyof Titles, unknown>> | undefined;
  for (const name of ['title', 'x', 'y'] as const) {
    const text = given?.[name];
    if (typeof text !== 'string' || text.trim() === '') {
      throw new TypeError(
        `${caller}: ${name} is ${kindOf(text)}; a reader needs to know ${MEANING[name]}: give ${name} as a non-empty text.`,
      );
    }
  }
}

const MEANING: Readonly<Record<keyof Titles, string>> = {
  title: 'what the figure shows',
  x: 'what the horizontal axis counts',
  y: 'what the vertical axis measures',
};

/** How an axis counts: linear unless given. @throws TypeError for anything but 'linear' and 'log'. */
export function checkScale(argument: string, scale: unknown): Scale {
  if (scale === undefined) return 'linear';
  if (scale === 'linear' || scale === 'log') return scale;
  throw new TypeError(`${argument} is ${kindOf(scale)}; expected 'linear' or 'log'.`);
}

/** The numbers in an array or typed array. @throws TypeError for anything else, naming it. */
export function checkNumbers(argument: string, values: unknown): readonly number[] {
  if (!isArrayLike(values)) {
    throw new TypeError(
      `${argument} is ${kindOf(values)}; expected an array of numbers (for a tensor: await tensor.array()).`,
    );
  }
  const numbers: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'number') {
      throw new TypeError(`${argument}[${index}] is ${kindOf(value)}; expected a number.`);
    }
    numbers.push(value);
  }
  if (numbers.length === 0) {
    throw new TypeError(`${argument} is empty; expected at least one number: draw it once there is something to see.`);
  }
  return numbers;
}

/** The entries of a record of series. @throws TypeError when it is no record or has none. */
export function checkRecord(
  caller: string,
  argument: string,
  record: unknown,
): readonly (readonly [string, unknown])[] {
  if (typeof record !== 'object' || record === null || isArrayLike(record)) {
    throw new TypeError(
      `${caller}: ${argument} is ${kindOf(record)}; expected a record of named series such as { loss: [3.2, 2.9] }.`,
    );
  }
  const entries = Object.entries(record);
  if (entries.length === 0) {
    throw new TypeError(`${caller}: ${argument} holds no series; expected at least one, such as { loss: [3.2, 2.9] }.`);
  }
  return entries;
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
