import { inspect } from 'node:util';
import { createControl, type Control } from './control';

/** A text field's settings. */
export interface TextOptions {
  readonly value?: string;
  readonly label?: string;
  /** Shown while the field is empty. */
  readonly placeholder?: string;
  /** Send each key stroke, not only what stands there on Enter or when the field is left. Default false. */
  readonly continuous?: boolean;
}

/** A field for a line of text. @throws TypeError for a value that is no text; Error outside a notebook. */
export function text({ value = '', label, placeholder = '', continuous = false }: TextOptions = {}): Control<string> {
  return createControl({
    caller: 'widgets.text',
    name: 'Text',
    style: 'TextStyle',
    label,
    wide: true,
    state: { placeholder, continuous_update: continuous },
    initial: value,
    write: (line) => ({ value: line }),
    read: (changes) => (typeof changes.value === 'string' ? changes.value : undefined),
    check: (line) => {
      if (typeof line === 'string') return;
      throw new TypeError(`widgets.text: value is ${inspect(line)}; expected a text.`);
    },
    describe: (line) => (line === '' ? 'empty' : line),
  });
}
