import { createControl, type Control } from './control';

/** A slider's settings. */
export interface SliderOptions {
  readonly min: number;
  readonly max: number;
  /** Default 1 between integers, else a hundredth of the range. */
  readonly step?: number;
  /** Default `min`. */
  readonly value?: number;
  readonly label?: string;
  /** Send values while the slider is dragged, not only when it is let go. Default true. */
  readonly continuous?: boolean;
}

/**
 * A slider for a number.
 *
 * ```ts
 * const temperature = widgets.slider({ min: 0.1, max: 2, value: 1, label: 'temperature' });
 * temperature.onChange((value) => picture.update(sampled(value)));
 * temperature
 * ```
 *
 * @throws TypeError or RangeError for bounds, a step or a value that do not fit together; Error outside a notebook.
 */
export function slider(options: SliderOptions): Control<number> {
  const { min, max, label, continuous = true } = options;
  for (const name of ['min', 'max'] as const) checkNumber(name, options[name]);
  if (!(min < max)) throw new RangeError(`widgets.slider: min is ${min} and max is ${max}; expected min below max.`);
  const { step = Number.isInteger(min) && Number.isInteger(max) ? 1 : (max - min) / 100, value = min } = options;
  checkNumber('step', step);
  if (!(step > 0)) throw new RangeError(`widgets.slider: step is ${step}; expected a number above 0.`);
  const whole = [min, max, step, value].every(Number.isInteger);
  return createControl({
    caller: 'widgets.slider',
    name: whole ? 'IntSlider' : 'FloatSlider',
    style: 'SliderStyle',
    label,
    wide: true,
    state: { min, max, step, continuous_update: continuous, readout_format: whole ? 'd' : `.${decimals(step)}f` },
    initial: value,
    write: (number) => ({ value: number }),
    read: (changes) => (typeof changes.value === 'number' ? changes.value : undefined),
    check: (number) => {
      checkNumber('value', number);
      if (number < min || number > max) {
        throw new RangeError(`widgets.slider: value is ${number}; expected a number from ${min} to ${max}.`);
      }
      if (whole && !Number.isInteger(number)) {
        throw new RangeError(`widgets.slider: value is ${number}; expected an integer, as min, max and step are.`);
      }
    },
    describe: (number) => `${number} (${min} to ${max})`,
  });
}

function checkNumber(name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`widgets.slider: ${name} is ${String(value)}; expected a finite number.`);
}

/** Digits after the point that tell each step from the next. */
function decimals(step: number): number {
  const [mantissa = '', exponent = '0'] = String(Number(step.toPrecision(3))).split('e');
  return Math.min(12, Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent)));
}
