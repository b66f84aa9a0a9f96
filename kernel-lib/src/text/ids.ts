/** @throws RangeError naming the first id that is not an integer in 0 .. size − 1. */
export function checkIdsWithin(where: string, name: string, ids: ArrayLike<number>, size: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? NaN;
    if (!Number.isInteger(id) || id < 0 || id >= size) {
      throw new RangeError(
        `${where}: ${name}[${i}] is ${id}; expected an integer from 0 to ${size - 1}: encode with the vocabulary whose size was given.`,
      );
    }
  }
}
