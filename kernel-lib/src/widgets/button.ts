import type { Displayable } from '../display';
import { createControl } from './control';

/** A button's settings. */
export interface ButtonOptions {
  /** What is written on it. */
  readonly label: string;
}

/** A button on the page. */
export interface Button extends Displayable {
  /** How often it was pressed. */
  readonly value: number;
  /**
   * Calls `listener` each time it is pressed, with how often that was. Presses while an async listener works become one.
   * What it throws fails loudly. Returns a function that ends it.
   */
  onChange(listener: (value: number) => unknown): () => void;
  /** Shows it under the cell. */
  show(): void;
  /** Takes it off the page. */
  close(): void;
}

/** A button. @throws TypeError without a label; Error outside a notebook. */
export function button({ label }: ButtonOptions): Button {
  if (typeof label !== 'string' || label.trim() === '') {
    throw new TypeError('widgets.button: label is missing; expected what to write on it.');
  }
  let presses = 0;
  return createControl({
    caller: 'widgets.button',
    name: 'Button',
    style: 'ButtonStyle',
    label,
    state: {},
    initial: 0,
    write: () => ({}),
    // its only message has the widget's own form: { event: 'click' }
    read: ({ event }) => (event === 'click' ? ++presses : undefined),
    check: () => undefined,
    describe: (count) => `pressed ${count} time${count === 1 ? '' : 's'}`,
  });
}
