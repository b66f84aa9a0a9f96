import { randomUUID } from 'node:crypto';
import { bundleOf } from './show';
import { display } from './sink';

/** One output that is shown once and then replaced in place: a figure that grows while a model trains. */
export interface LiveDisplay {
  readonly id: string;
  /** Shows the value; from the second time on, in place of the one before. */
  update(value: unknown): void;
}

/** An output of its own, empty until its first `update`. On a terminal or in a log each update is printed. */
export function newDisplay(): LiveDisplay {
  const id = randomUUID();
  let shown = false;
  return {
    id,
    update: (value): void => {
      display(bundleOf(value), { displayId: id, update: shown });
      shown = true;
    },
  };
}
