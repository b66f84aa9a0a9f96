/** Ends the process; the only way left to, once cells are refused theirs. */
export type Exit = (code: number) => never;

/** A kernel that dies takes every variable with it, and some runners report its notebook as passed. */
export function refuseExit(): Exit {
  const exit = process.exit.bind(process);
  const kill = process.kill.bind(process);
  const { reallyExit } = process as unknown as { reallyExit: (code: number) => never };
  const refuse = (call: string): never => {
    throw new Error(
      `${call} was refused: it would end the kernel and lose every variable. Throw an error to stop a cell.`,
    );
  };
  process.exit = (code?: string | number | null): never =>
    refuse(`process.exit(${code === undefined ? '' : String(code)})`);
  process.abort = (): never => refuse('process.abort()');
  Object.assign(process, { reallyExit: (code: unknown): never => refuse(`process.reallyExit(${String(code)})`) });
  process.kill = (pid: number, signal?: string | number): true => {
    const self = pid === process.pid || pid === -process.pid || pid === 0;
    // signal 0 only asks whether the process is there
    if (self && signal !== 0)
      refuse(`process.kill(${pid}${signal === undefined ? '' : `, ${JSON.stringify(signal)}`})`);
    return kill(pid, signal);
  };
  return (code): never => {
    Object.assign(process, { reallyExit });
    return exit(code);
  };
}
