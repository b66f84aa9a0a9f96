import { inspect } from 'node:util';
import type { Diagnostic } from './tslab';

/** Why a cell failed, in the protocol's words: fields of `error` on iopub and of `execute_reply`. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The error name of a failure that an earlier cell started and nobody awaited. */
export const LEFT_BEHIND = 'LeftBehindError';

// frames of Node, of tslab and of this launcher say nothing about the student's code
const innerFrame = /^\s+at .*(?:node:|[\\/]tslab[\\/]dist[\\/]|[\\/]kernel-lib[\\/](?:dist|src)[\\/]kernel[\\/])/;
const innerExcerpt = /[\\/]kernel-lib[\\/](?:dist|src)[\\/]kernel[\\/][^:]*:\d+$/;
// tslab numbers the lines of the JavaScript it emitted, not those of the cell
const emitted = /evalmachine\.<anonymous>/g;

/** A thrown value, or the reason of a rejection, as the protocol tells it. */
export function thrownFailure(thrown: unknown): Failure {
  const lines = withoutInnerExcerpt(inspect(thrown, { colors: false, depth: 4 }).split('\n'))
    .filter((line) => !innerFrame.test(line))
    .map((line) => line.replace(emitted, '<cell as JavaScript>'));
  if (isInterrupt(thrown)) {
    return { ename: 'KeyboardInterrupt', evalue: 'interrupted', traceback: ['KeyboardInterrupt: interrupted'] };
  }
  if (thrown instanceof Error || isErrorLike(thrown)) {
    return { ename: thrown.name, evalue: thrown.message, traceback: lines };
  }
  return { ename: `Thrown ${typeof thrown}`, evalue: String(thrown), traceback: lines };
}

/** Type errors: the cell did not run at all. */
export function typeFailure(diagnostics: readonly Omit<Diagnostic, 'code'>[]): Failure {
  const lines = diagnostics.map(({ fileName, start, messageText }) => {
    return `${fileName ? `${fileName}, ` : ''}line ${start.line + 1}, column ${start.character + 1}: ${messageText}`;
  });
  return { ename: 'TypeScriptError', evalue: lines[0] ?? 'the cell does not compile', traceback: lines };
}

/** What an earlier cell left behind, reported by the cell that happened to run when it surfaced. */
export function leftBehind(failure: Failure, origin: string): Failure {
  const evalue = `${origin} left an error behind that nobody awaited or caught: ${failure.ename}: ${failure.evalue}`;
  return { ename: LEFT_BEHIND, evalue, traceback: [`${LEFT_BEHIND}: ${evalue}`, ...failure.traceback] };
}

/** Node puts the line that threw on top; where that is a line of the launcher's own, it is nothing to show. */
function withoutInnerExcerpt(lines: readonly string[]): readonly string[] {
  const end = lines.indexOf('');
  return end > 0 && innerExcerpt.test(lines[0] ?? '') ? lines.slice(end + 1) : lines;
}

// an error made in another realm (vm, worker) is no instance of this realm's Error
function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value;
}

function isInterrupt(value: unknown): boolean {
  if (!(value instanceof Error)) return false;
  const { code } = value as NodeJS.ErrnoException;
  return code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' || value.message === 'Interrupted asynchronously';
}
