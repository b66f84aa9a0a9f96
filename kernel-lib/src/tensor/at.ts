/**
 * items[index], for an index that the surrounding loop guarantees.
 *
 * @throws RangeError where nothing stands there
 */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`index: got ${index}, expected 0 to ${items.length - 1}.`);
  return item;
}
