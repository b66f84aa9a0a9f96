import type { ProblemKind } from 'kernel-lib/notebook';
import { raises, type Source } from './make-notebook';

export interface Row {
  readonly cells: readonly Source[];
  /** Absent where the notebook passes. */
  readonly fails?: {
    /** How the project's own runner calls it. */
    readonly kind: ProblemKind;
    readonly cell: number;
    readonly telling: RegExp;
    /** The error's name and a part of its message, as other tools tell them; absent where the kernel or the clock failed. */
    readonly error?: readonly [name: string, message: string];
  };
  /** All that the cells print, where it counts. */
  readonly prints?: string;
  /** The kernelspec. */
  readonly kernel?: string;
  /** Seconds a cell may take. */
  readonly timeout?: number;
}

/** A kernel whose heap is small, so that a cell which fills it leaves the machine its memory. */
export const SMALL_HEAP = 'small-heap';

const sink = `interface Sink { display(bundle: object, options?: object): void }
const sink = (globalThis as unknown as Record<symbol, Sink>)[Symbol.for('kernel-lib.display-sink')]!;`;

// TensorFlow checks the rank of these inputs with an assertion, not with an error
const nativeAbort = `import * as tf from '@tensorflow/tfjs-node';
interface Native { binding: Record<string, number>; executeMultipleOutputs(op: string, attributes: object[], inputs: tf.Tensor[], outputs: number): tf.Tensor[] }
const native = tf.backend() as unknown as Native;
const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = native.binding;
const attributes = [{ name: 'use_peephole', type: TF_ATTR_BOOL, value: false }, { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }];
native.executeMultipleOutputs('LSTMBlockCellGrad', attributes, Array.from({ length: 16 }, () => tf.zeros([2])), 5);`;

const LINES = 100_000;
/** A line of a thousand characters, its newline among them. */
export const floodLine = (index: number): string => `${String(index).padStart(6, '0')} ${'x'.repeat(992)}\n`;
export const FLOOD_BYTES = LINES * floodLine(0).length;

/** Notebooks whose verdict every tool has to get right. */
export const table: Readonly<Record<string, Row>> = {
  good: {
    cells: ['const a: number = 1;', 'console.log(a);', 'await Promise.resolve();\nconsole.log(a + 1);'],
    prints: '1\n2\n',
  },
  'type error': {
    cells: ['const a = 1;', 'const b: string = a;', 'console.log("never");'],
    fails: {
      kind: 'raised',
      cell: 2,
      telling: /line 1, column 7: Type 'number' is not assignable/,
      error: ['TypeScriptError', 'is not assignable'],
    },
    prints: '',
  },
  throw: {
    cells: ['const a = 1;', 'throw new RangeError("boom")', 'console.log("never");'],
    fails: { kind: 'raised', cell: 2, telling: /RangeError: boom/, error: ['RangeError', 'boom'] },
    prints: '',
  },
  'awaited rejection': {
    cells: ['await Promise.reject(new TypeError("rejected"));', 'console.log("never");'],
    fails: { kind: 'raised', cell: 1, telling: /TypeError: rejected/, error: ['TypeError', 'rejected'] },
    prints: '',
  },
  'floating rejection': {
    cells: ['const a = 1;', 'void Promise.reject(new TypeError("floating"));', 'console.log("never");'],
    fails: { kind: 'raised', cell: 2, telling: /TypeError: floating/, error: ['TypeError', 'floating'] },
    prints: '',
  },
  'throw in a timer while the cell waits': {
    cells: [
      'setTimeout(() => { throw new RangeError("tick"); }, 10);\nawait new Promise(() => undefined);',
      'console.log("never");',
    ],
    fails: { kind: 'raised', cell: 1, telling: /RangeError: tick/, error: ['RangeError', 'tick'] },
    prints: '',
  },
  'throw in a timer after its cell': {
    cells: [
      'setTimeout(() => { throw new RangeError("late"); }, 500);',
      'await new Promise((done) => setTimeout(done, 1500));',
      'console.log("never");',
    ],
    fails: {
      kind: 'left behind',
      cell: 1,
      telling: /cell \[1\] left an error behind .*late/,
      error: ['LeftBehindError', 'left an error behind'],
    },
  },
  'an error after an expected one': {
    cells: [raises('throw new RangeError("expected")'), 'throw new TypeError("real")', 'console.log("never");'],
    fails: { kind: 'raised', cell: 2, telling: /TypeError: real/, error: ['TypeError', 'real'] },
    prints: '',
  },
  'process.exit': {
    cells: ['process.exit(0);', 'console.log("never");'],
    fails: { kind: 'raised', cell: 1, telling: /process\.exit\(0\) was refused/, error: ['Error', 'was refused'] },
    prints: '',
  },
  'endless loop': {
    cells: ['const a = 1;', 'while (true) {}', 'console.log("never");'],
    fails: { kind: 'cell timeout', cell: 2, telling: /longer than a cell may/ },
    // enough for a busy machine to answer the small cell before it
    timeout: 25,
  },
  'native abort': {
    cells: ['const a = 1;', nativeAbort, 'console.log("never");'],
    fails: {
      kind: 'dead kernel',
      cell: 2,
      telling: /^the kernel crashed in native code \(SIGABRT\) while cell \[2\] ran: .*Check failed: d < dims/,
    },
  },
  'out of memory': {
    cells: [
      'const a = 1;',
      'const kept: number[][] = [];\nfor (;;) kept.push(new Array<number>(1e5).fill(Math.random()));',
    ],
    fails: {
      kind: 'dead kernel',
      cell: 2,
      telling: /^the kernel ran out of memory \(SIG(?:ABRT|TRAP)\) while cell \[2\] ran: .*out of memory/,
    },
    kernel: SMALL_HEAP,
  },
  '100 MB of output': {
    cells: [
      `const rest = ' ' + 'x'.repeat(992);\nfor (let i = 0; i < ${LINES}; i++) console.log(String(i).padStart(6, '0') + rest);`,
    ],
  },
  'display updates': {
    cells: [
      `${sink}\nsink.display({ 'text/plain': 'first' }, { displayId: 'curve' });`,
      `for (const text of ['second', 'last']) sink.display({ 'text/plain': text }, { displayId: 'curve', update: true });`,
    ],
  },
  'stdin refused': {
    cells: ['const name = await input("name? ");', 'console.log("never");'],
    fails: { kind: 'raised', cell: 1, telling: /input\(\) cannot ask/, error: ['Error', 'cannot ask'] },
    prints: '',
  },
};
