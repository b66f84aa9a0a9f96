import { createConverters } from './converters';
import { currentRun, within, type CellRun } from './cell-run';
import { leftBehind, thrownFailure, typeFailure, type Failure } from './failure';
import { resultBundle } from './sink';
import type { Diagnostic, EngineConsole, Executor, Tslab } from './tslab';

// the format of the one call with which tslab's executor tells a diagnostic; any other call carries a thrown value
const DIAGNOSTIC_FORMAT = '%s%d:%d - %s';

/** Runs cells one at a time through tslab's executor and finds out, for each, whether it failed and of what. */
export class Engine {
  readonly executor: Executor;
  /** The cell that runs now, or else the last that ran. */
  run: CellRun | undefined;
  private diagnostics: Omit<Diagnostic, 'code'>[] = [];
  private thrown: { value: unknown } | undefined;
  private result: { value: unknown } | undefined;
  /** What ended cells left behind and no cell has reported yet. */
  private unreported: Failure[] = [];

  constructor(tslab: Tslab, root: string) {
    const engineConsole: EngineConsole = {
      log: (value) => { this.result = { value }; },
      error: (...values) => { this.note(values); },
    }; // prettier-ignore
    this.executor = tslab.createExecutor(root, createConverters(tslab), engineConsole);
    process.on('SIGINT', () => { this.executor.interrupt(); }); // prettier-ignore
    // tslab only prints these two, so a cell whose work failed out of sight would pass
    process.on('unhandledRejection', (reason) => { this.surface(reason); }); // prettier-ignore
    process.on('uncaughtException', (error) => { this.surface(error); }); // prettier-ignore
  }

  /** Runs a cell to its end; a failure is also published on the cell's behalf. */
  async execute(run: CellRun, code: string, count: number, silent: boolean): Promise<Failure | undefined> {
    this.begin(run);
    await within(run, () => this.executor.execute(code));
    // Node tells of an unhandled rejection only after the microtasks, a round later for one made by another
    for (let round = 0; round < 2; round++) await new Promise(setImmediate);
    const failure = run.stray ?? this.ownFailure() ?? this.unreported.shift();
    if (!failure && this.result && !silent) {
      const data = resultBundle(this.result.value);
      run.publish('execute_result', { execution_count: count, data, metadata: {} });
    }
    if (failure) run.publish('error', failure);
    run.flush();
    run.running = false;
    return failure;
  }

  private begin(run: CellRun): void {
    this.run = run;
    this.diagnostics = [];
    this.thrown = undefined;
    this.result = undefined;
  }

  private ownFailure(): Failure | undefined {
    if (this.thrown) return thrownFailure(this.thrown.value);
    if (this.diagnostics.length > 0) return typeFailure(this.diagnostics);
    return undefined;
  }

  private note(values: readonly unknown[]): void {
    if (values[0] !== DIAGNOSTIC_FORMAT) {
      this.thrown = { value: values[0] };
      return;
    }
    const [, file, line, character, messageText] = values as [string, string, number, number, string];
    const start = { line: line - 1, character: character - 1 };
    this.diagnostics.push({ start, messageText, fileName: file.trim() });
  }

  /** An error that no code awaited or caught: the cell that started it fails, or, when that one has ended, the next one. */
  private surface(reason: unknown): void {
    const run = currentRun() ?? this.run;
    const failure = thrownFailure(reason);
    if (run?.running) {
      run.stray ??= failure;
      // the cell may be waiting for what now never comes
      this.executor.interrupt();
      return;
    }
    const origin = run?.label ?? 'the kernel';
    run?.write('stderr', `${failure.traceback.join('\n')}\n`);
    this.unreported.push(leftBehind(failure, origin));
  }
}
