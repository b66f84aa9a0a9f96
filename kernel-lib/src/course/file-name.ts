/**
 * A name becomes a file's, so it may not lead out of its folder.
 *
 * @throws Error, in the name of `caller`, for a name that is no plain file name
 */
export function checkFileName(caller: string, name: string): void {
  if (!/^[\w.-]+$/.test(name)) {
    throw new Error(`${caller}: got '${name}', expected a name of letters, digits, '-', '_' and '.' alone.`);
  }
}
