/** @throws Error unless it is a finite number of at least 0 */
export function checkRate(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new Error(`${name}: got ${value}, expected a number of at least 0.`);
}

/** @throws Error unless it is a number above 0 */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new Error(`${name}: got ${value}, expected a number above 0.`);
}

/** @throws Error unless it is a share of at least 0 and below 1 */
export function checkDecay(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new Error(`${name}: got ${value}, expected a number from 0 to below 1.`);
}

/** @throws Error unless it names a form that there is */
export function checkForm(form: string): void {
  if (form !== 'pytorch' && form !== 'keras') throw new Error(`form: got '${form}', expected 'pytorch' or 'keras'.`);
}
