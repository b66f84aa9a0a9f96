import { expect, it } from 'vitest';
import { judge, type ExecutionEvent } from 'kernel-lib/notebook';
import { makeNotebook } from '../notebooks/make-notebook';

type End = Pick<Extract<ExecutionEvent, { event: 'stopped' }>, 'exitCode' | 'signal' | 'log'>;

/** What the runner says of a kernel that ended while the second cell ran. */
function said(end: End, index: number | null = 1): { message: string; shown: readonly string[] } {
  const stopped: ExecutionEvent = { event: 'stopped', kind: 'dead kernel', index, message: 'Kernel died', ...end };
  const [problem] = judge(makeNotebook(['a', 'b']), [stopped, { event: 'end', peakBytes: 1 }]);
  return { message: problem?.message ?? '', shown: problem?.traceback ?? [] };
}

const tensorflow = [
  '2026-01-01 10:00:00.300545: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary is optimized',
  'To enable the following instructions: AVX2, rebuild TensorFlow with the appropriate compiler flags.',
];
const check = '2026-01-01 10:00:01.316940: F tensorflow/core/framework/tensor_shape.cc:357] Check failed: d < dims() (1 vs. 1)'; // prettier-ignore
const v8 = [
  '<--- Last few GCs --->',
  '[23880:0x1b969d30]     1795 ms: Mark-Compact 299.2 (304.4) -> 298.5 (304.4) MB allocation failure',
  '<--- JS stacktrace --->',
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  '----- Native stack trace -----',
  ' 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]',
];

it('calls a crash one, with the line in which native code said why', () => {
  const { message, shown } = said({ signal: 'SIGABRT', log: [...tensorflow, check] });
  expect(message).toBe(`the kernel crashed in native code (SIGABRT) while cell [2] ran: ${check}`);
  expect(shown).toEqual([check]);
});

it('takes no cheerful line for the reason', () => {
  const node = ['----- JavaScript stack trace -----', '1: abort (node:internal/process:5:3)', '10: cell (cell.js:1:1)'];
  expect(said({ signal: 'SIGSEGV', log: [...tensorflow, ...node] }).message).toBe(
    'the kernel crashed in native code (SIGSEGV) while cell [2] ran',
  );
});

it('tells when memory ran out, for V8 and for C++', () => {
  expect(said({ signal: 'SIGABRT', log: v8 }).message).toBe(
    'the kernel ran out of memory (SIGABRT) while cell [2] ran: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  );
  const thrown = ["terminate called after throwing an instance of 'std::bad_alloc'", '  what():  std::bad_alloc'];
  expect(said({ signal: 'SIGABRT', log: thrown }).message).toMatch(
    /ran out of memory \(SIGABRT\).*what\(\): {2}std::bad/,
  );
});

it('puts other ends into words', () => {
  expect(said({ signal: 'SIGKILL' }).message).toMatch(
    /^the kernel was killed \(SIGKILL, which .*\) while cell \[2\] ran$/,
  );
  expect(said({ signal: 'SIGTERM' }).message).toBe('the kernel was ended by SIGTERM while cell [2] ran');
  expect(said({ exitCode: 3, log: ['bye'] }).message).toBe('the kernel ended with exit code 3 while cell [2] ran: bye');
  expect(said({ exitCode: 1 }, null).message).toBe('the kernel ended with exit code 1 while no cell ran');
  expect(said({}).message).toBe('the kernel answered no more while cell [2] ran: Kernel died');
});
