import { describe, expect, it } from 'vitest';
import { judge, type ExecutionEvent, type Problem } from 'kernel-lib/notebook';
import { makeNotebook, raises } from '../notebooks/make-notebook';

const ok = (index: number): ExecutionEvent => ({ event: 'reply', index, status: 'ok', seconds: 0 });
const error = (index: number, ename?: string): ExecutionEvent => ({
  event: 'reply', index, status: 'error', seconds: 0, ...(ename ? { ename, evalue: 'why' } : {}),
}); // prettier-ignore
const end: ExecutionEvent = { event: 'end', peakBytes: 1 };
const brief = (problems: readonly Problem[]): string[] => problems.map(({ kind, cell }) => `${kind} ${cell ?? '-'}`);

describe('judge', () => {
  it('passes a notebook whose every code cell answered ok', () => {
    expect(judge(makeNotebook(['a', '', 'b']), [ok(0), ok(2), end])).toEqual([]);
  });

  it('numbers cells as a run does, leaving out those with nothing to run', () => {
    expect(brief(judge(makeNotebook(['a', '', 'b']), [ok(0), error(2, 'Error'), end]))).toEqual(['raised 2']);
  });

  it('fails a cell that was never executed, though everything else is fine', () => {
    expect(brief(judge(makeNotebook(['a', 'b']), [ok(0), end]))).toEqual(['skipped 2']);
  });

  it.each(['abort', 'aborted'])('fails a cell with the reply %s', (status) => {
    const reply: ExecutionEvent = { event: 'reply', index: 1, status, seconds: 0 };
    expect(brief(judge(makeNotebook(['a', 'b']), [ok(0), reply, end]))).toEqual(['aborted 2']);
  });

  it('wants an error of a cell tagged raises-exception', () => {
    expect(judge(makeNotebook([raises('a')]), [error(0, 'Error'), end])).toEqual([]);
    expect(brief(judge(makeNotebook([raises('a')]), [ok(0), end]))).toEqual(['did not raise 1']);
  });

  it('takes no error left by an earlier cell for the expected one', () => {
    const reply: ExecutionEvent = {
      event: 'reply', index: 1, status: 'error', seconds: 0, ename: 'LeftBehindError', evalue: 'cell [1] left an error behind',
    }; // prettier-ignore
    expect(brief(judge(makeNotebook(['a', raises('b')]), [ok(0), reply, end]))).toEqual(['left behind 1']);
  });

  it.each(['UnhandledPromiseRejection: Error: x', 'UncaughtException: Error: x'])(
    'knows stock tslab by "%s"',
    (text) => {
      const stray: ExecutionEvent = { event: 'stderr', index: 0, text: `${text}\n    at y` };
      expect(brief(judge(makeNotebook(['a']), [ok(0), stray, end]))).toEqual(['left behind 1']);
    },
  );

  it('takes no other output on stderr for an error', () => {
    const warning: ExecutionEvent = { event: 'stderr', index: 0, text: 'a warning about UncaughtException: none\n' };
    expect(judge(makeNotebook(['a']), [ok(0), warning, end])).toEqual([]);
  });

  it('fails a run that broke off, naming the cell that was running', () => {
    expect(brief(judge(makeNotebook(['a', 'b']), [ok(0), { event: 'cell', index: 1 }]))).toEqual(['broken 2']);
    expect(brief(judge(makeNotebook([]), []))).toEqual(['broken -']);
  });

  it('says something of an error that the kernel does not name', () => {
    expect(judge(makeNotebook(['a']), [error(0), end])[0]?.message).toMatch(/does not name/);
  });
});
