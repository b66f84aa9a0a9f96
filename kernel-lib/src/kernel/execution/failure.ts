import { inspect } from 'node:util';
import type { Failure, Problem } from '../link';
import { Interrupted } from './interrupted';
import type { Position, Positions } from './positions';

/** The error name of a failure that an earlier cell started and nobody awaited. */
export const LEFT_BEHIND = 'LeftBehindError';

export const INTERRUPTED: Failure = {
  ename: 'KeyboardInterrupt',
  evalue: 'interrupted',
  traceback: ['KeyboardInterrupt: interrupted'],
};

/** A thrown value, or the reason of a rejection, as the protocol tells it: the line that threw, the error, where it came from. */
export function thrownFailure(thrown: unknown, positions: Positions): Failure {
  if (thrown instanceof Interrupted) return INTERRUPTED;
  const text = attempt(() => inspect(thrown, { colors: false, depth: 4, maxStringLength: 10_000 }), 'a value that throws where it is read'); // prettier-ignore
  if (!isErrorLike(thrown)) {
    return {
      ename: `Thrown ${thrown === null ? 'null' : typeof thrown}`,
      evalue: attempt(() => String(thrown), text),
      traceback: text.split('\n'),
    };
  }
  const position = attempt(() => positions.positionOf(thrown), undefined);
  const traceback = [...(position ? excerpt(position) : []), ...text.split('\n')];
  return {
    ename: attempt(() => String(thrown.name), 'Error'),
    evalue: attempt(() => String(thrown.message), ''),
    traceback,
  };
}

/** Type errors: the cell did not run at all. `label` is the cell's. */
export function typeFailure(problems: readonly Problem[], label: string, source: string): Failure {
  const traceback = problems.flatMap(({ file, line, column, length, message }, index) => {
    const own = file === undefined ? excerpt({ label, source, line, column }, length) : [`${file}, line ${line}:`];
    return [...(index > 0 ? [''] : []), ...own, message];
  });
  const [first] = problems;
  const where = first
    ? `${first.file === undefined ? '' : `${first.file}, `}line ${first.line}, column ${first.column}: `
    : '';
  return { ename: 'TypeScriptError', evalue: where + (first?.message ?? 'the cell does not compile'), traceback };
}

/** What an earlier cell left behind, reported by the cell that happened to run when it surfaced. */
export function leftBehind(failure: Failure, origin: string): Failure {
  const evalue = `${origin} left an error behind that nobody awaited or caught: ${failure.ename}: ${failure.evalue}`;
  return { ename: LEFT_BEHIND, evalue, traceback: [`${LEFT_BEHIND}: ${evalue}`, ...failure.traceback] };
}

/** The line, the one before it and a mark under the column. */
function excerpt({ label, source, line, column }: Position, length = 1): string[] {
  const lines = source.split('\n');
  const width = String(line).length;
  const numbered = (number: number, mark: string): string[] => {
    const text = lines[number - 1];
    return text === undefined
      ? []
      : [`${mark} ${String(number).padStart(width)} | ${text.replaceAll('\t', ' ').trimEnd()}`];
  };
  const within = Math.max(1, Math.min(length, (lines[line - 1] ?? '').length - column + 1));
  return [
    `${label}, line ${line}:`,
    ...(line > 1 && lines[line - 2]?.trim() ? numbered(line - 1, ' ') : []),
    ...numbered(line, '>'),
    `  ${' '.repeat(width)} | ${' '.repeat(column - 1)}${'^'.repeat(within)}`,
  ];
}

// an error made in another realm (vm, worker) is no instance of this realm's Error
function isErrorLike(value: unknown): value is Record<'name' | 'message' | 'stack', unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value;
}

/** What `read` gives; a cell's own objects may throw from anywhere. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
