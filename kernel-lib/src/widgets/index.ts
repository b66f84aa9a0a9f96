export { button, type Button, type ButtonOptions } from './button';
export { checkbox, dropdown, type CheckboxOptions, type DropdownOptions } from './choices';
export type { Control } from './control';
export { slider, type SliderOptions } from './slider';
export { text, type TextOptions } from './text';
