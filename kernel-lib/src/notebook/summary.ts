import type { Execution } from './execute';
import type { Problem } from './verdict';

/** One line for a notebook, then, where it failed, each reason with the cell's first line and the traceback. */
export function describeExecution(execution: Execution, width = 0): string {
  const { name, seconds, peakBytes, cells, kernelStarts, problems } = execution;
  const mark = problems.length === 0 ? '✓' : '✗';
  const figures = `${seconds.toFixed(1)} s, ${(peakBytes / 1e9).toFixed(2)} GB, ${cells} cells${kernelStarts > 1 ? `, ${kernelStarts} kernel starts` : ''}`;
  const verdict = problems.length === 0 ? 'passed' : 'FAILED';
  return [`${mark} ${name.padEnd(width)}  ${verdict}  ${figures}`, ...problems.flatMap(describeProblem)].join('\n');
}

function describeProblem({ kind, cell, firstLine, message, traceback }: Problem): string[] {
  const place = cell === null ? 'the notebook' : `cell [${cell}]`;
  const code = firstLine === '' ? [] : [`      | ${firstLine}`];
  return [`    ${place}, ${kind}: ${message}`, ...code, ...traceback.map((line) => `      ${line}`)];
}

/** "3 notebooks: 2 passed, 1 failed" */
export function summarize(executions: readonly Execution[]): string {
  const failed = executions.filter(({ problems }) => problems.length > 0).length;
  const count = executions.length === 1 ? '1 notebook' : `${executions.length} notebooks`;
  return `${count}: ${executions.length - failed} passed, ${failed} failed`;
}
