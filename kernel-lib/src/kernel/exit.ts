/** Ends the kernel; the only way left to, once cells are refused theirs. */
export type Exit = (code: number) => never;

/** A kernel that dies takes every variable with it, and some runners report its notebook as passed. */
export function refuseExit(): Exit {
  const exit = process.exit.bind(process);
  process.exit = (code?: string | number | null): never => {
    const call = `process.exit(${code === undefined ? '' : String(code)})`;
    throw new Error(
      `${call} was refused: it would end the kernel and lose every variable. Throw an error to stop a cell.`,
    );
  };
  return exit;
}
