import { inspect } from 'node:util';
import { createControl, type Control } from './control';

/** A dropdown's settings. */
export interface DropdownOptions<T> {
  /** What can be chosen: texts, numbers, or anything that has a text of its own. */
  readonly options: readonly T[];
  /** Default the first of them. */
  readonly value?: T;
  readonly label?: string;
}

/** A checkbox's settings. */
export interface CheckboxOptions {
  readonly value?: boolean;
  readonly label?: string;
}

/** A choice of one among several. @throws TypeError or RangeError for options or a value that is none; Error outside a notebook. */
export function dropdown<T extends string | number | boolean>(given: DropdownOptions<T>): Control<T> {
  const { options, label } = given;
  if (!Array.isArray(options) || options.length === 0) {
    throw new TypeError('widgets.dropdown: options is empty or no array; expected at least one text or number.');
  }
  const choices: readonly T[] = [...(options as readonly T[])];
  const [first] = choices as [T];
  return createControl<T>({
    caller: 'widgets.dropdown',
    name: 'Dropdown',
    style: 'DescriptionStyle',
    label,
    state: { _options_labels: choices.map(String) },
    initial: given.value ?? first,
    write: (value) => ({ index: choices.indexOf(value) }),
    read: ({ index }) => (typeof index === 'number' ? choices[index] : undefined),
    check: (value) => {
      if (choices.includes(value)) return;
      const names = choices.slice(0, 10).map((choice) => inspect(choice));
      const more = choices.length > names.length ? ` and ${choices.length - names.length} more` : '';
      throw new RangeError(`widgets.dropdown: value is ${inspect(value)}; expected one of ${names.join(', ')}${more}.`);
    },
    describe: String,
  });
}

/** A box to tick. @throws TypeError for a value that is no boolean; Error outside a notebook. */
export function checkbox({ value = false, label }: CheckboxOptions = {}): Control<boolean> {
  return createControl({
    caller: 'widgets.checkbox',
    name: 'Checkbox',
    style: 'CheckboxStyle',
    label,
    state: { indent: false },
    initial: value,
    write: (ticked) => ({ value: ticked }),
    read: (changes) => (typeof changes.value === 'boolean' ? changes.value : undefined),
    check: (ticked) => {
      if (typeof ticked === 'boolean') return;
      throw new TypeError(`widgets.checkbox: value is ${inspect(ticked)}; expected true or false.`);
    },
    describe: (ticked) => (ticked ? 'yes' : 'no'),
  });
}
