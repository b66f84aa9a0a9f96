import { RAISES } from '../notebook/verdict';
import type { Finding } from '../notebook/format';
import type { CodeCell } from '../notebook/ipynb';
import type { Diagnostic, Tslab } from './tslab';

// a name that only a cell with an error of its own would have declared
const UNKNOWN_NAME = new Set([2304, 2503, 2552, 18004]);

/**
 * Type-checks a notebook's cells as the kernel will, without running them: the same compiler and options, each cell with the
 * declarations of those before it. Cells tagged `raises-exception` may be wrong. Packages resolve from the working directory
 * at the time of the call.
 */
export function createTypeChecker(tslab: Tslab): {
  check(cells: readonly CodeCell[]): Finding[];
  close(): void;
} {
  const converter = tslab.createConverter({ isJS: false, isBrowser: false });
  return {
    check(cells): Finding[] {
      const findings: Finding[] = [];
      let previous = '';
      let incomplete = false;
      for (const { number, source, tags } of cells) {
        const { module, mode } = tslab.getCodeMetadata(source);
        if (mode === 'browser') continue;
        const outcome = module
          ? { declOutput: previous, diagnostics: converter.addModule(module, source, {}) }
          : converter.convert(previous, source);
        const telling = outcome.diagnostics.filter(({ code }) => !(incomplete && UNKNOWN_NAME.has(code)));
        if (!tags.includes(RAISES)) findings.push(...telling.map((diagnostic) => finding(number, diagnostic)));
        if (outcome.diagnostics.length > 0) incomplete = true;
        else previous = outcome.declOutput ?? '';
      }
      return findings;
    },
    close(): void {
      converter.close();
    },
  };
}

function finding(cell: number, { start, messageText, fileName }: Diagnostic): Finding {
  if (fileName) return { cell, message: `${fileName}, line ${start.line + 1}: ${messageText}` };
  return { cell, line: start.line + 1, message: messageText };
}
