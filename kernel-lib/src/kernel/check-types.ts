import type { Finding } from '../notebook/format';
import type { CodeCell } from '../notebook/ipynb';
import { RAISES } from '../notebook/verdict';
import { openSession } from './language/open-session';
import type { Problem } from './link';

// a name that only a cell with an error of its own would have declared
const UNKNOWN_NAME = new Set([2304, 2503, 2552, 18004]);

/**
 * Type-checks a notebook's cells as the kernel will, without running them: the same compiler and options, each cell with the
 * declarations of those before it. Cells tagged `raises-exception` may be wrong. `folder` is the notebook's.
 */
export function checkTypes(folder: string, cells: readonly CodeCell[]): Finding[] {
  const session = openSession(folder);
  const findings: Finding[] = [];
  let incomplete = false;
  for (const { number, source, tags } of cells) {
    const conversion = session.convert(source);
    if (conversion.ok) continue;
    const telling = conversion.problems.filter(({ code }) => !(incomplete && UNKNOWN_NAME.has(code)));
    if (!tags.includes(RAISES)) findings.push(...telling.map((problem) => finding(number, problem)));
    incomplete = true;
  }
  return findings;
}

function finding(cell: number, { file, line, message }: Problem): Finding {
  return file === undefined ? { cell, line, message } : { cell, message: `${file}, line ${line}: ${message}` };
}
