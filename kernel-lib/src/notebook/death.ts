/** How the kernel's process ended; both are null where it had not ended, or nobody could tell. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  /** The name of the signal that ended it: SIGABRT, SIGSEGV. */
  readonly signal: string | null;
}

export interface Death {
  readonly end: ProcessEnd;
  /** What the process printed last, past the protocol. */
  readonly log: readonly string[];
  /** What ran: "cell [3] ran". */
  readonly during: string;
  /** What the client that noticed says of it. */
  readonly message: string;
}

// signals that a process gets for what its own native code did
const CRASHES = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];
const OUT_OF_MEMORY =
  /heap out of memory|FATAL ERROR: .*[Aa]llocation failed|std::bad_alloc|Fatal process out of memory/;
// how V8, glog (TensorFlow), libstdc++ and glibc begin the line that says why they give up
const TELLING =
  /FATAL ERROR: |# Fatal |Check failed: |terminate called |what\(\): |Assertion .* failed|^malloc\(\)|corrupt/;
// stack traces, what V8 says of its last collections, what TensorFlow says when all is well
const NOISE =
  /^\s*(?:\d+: |#\d+ |at |-{3,}|<-{3,}|\[\d+:0x)|^[\d :.-]+ [IW] \w+\/|^To enable the following instructions|^\s*$/;
const SHOWN_LINES = 12;

/** One sentence: how the kernel's process ended, while what ran, and the line in which it said why. */
export function describeDeath({ end, log, during, message }: Death): string {
  const lives = end.signal === null && end.exitCode === null;
  const why = lives ? message : reason(log);
  return `${manner(end, log)} while ${during}${why ? `: ${why}` : ''}`;
}

function manner({ exitCode, signal }: ProcessEnd, log: readonly string[]): string {
  const mark = signal === null ? '' : ` (${signal})`;
  if (log.some((line) => OUT_OF_MEMORY.test(line))) return `the kernel ran out of memory${mark}`;
  if (signal === null)
    return exitCode === null ? 'the kernel answered no more' : `the kernel ended with exit code ${exitCode}`;
  if (signal === 'SIGKILL') return 'the kernel was killed (SIGKILL, which is also what a system out of memory does)';
  return CRASHES.includes(signal) ? `the kernel crashed in native code${mark}` : `the kernel was ended by ${signal}`;
}

function reason(log: readonly string[]): string | undefined {
  const lines = log.map((line) => line.trim());
  return lines.findLast((line) => TELLING.test(line)) ?? lastWords(lines).at(-1);
}

/** The last lines of a log that say something. */
export function lastWords(log: readonly string[]): readonly string[] {
  return log.filter((line) => !NOISE.test(line)).slice(-SHOWN_LINES);
}
