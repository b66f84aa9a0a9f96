import type { Conversion, Failure, ToExecution } from '../link';
import { CellRun } from './cell-run';
import { leaveContext, originOf, within } from './context';
import { INTERRUPTED, leftBehind, thrownFailure, typeFailure } from './failure';
import type { LanguageClient } from './language-client';
import type { Modules } from './modules';
import type { Outbox } from './outbox';
import type { Positions } from './positions';
import type { Outcome, Repl } from './repl';
import { resultBundle } from './result';
import type { Stdin } from './stdin';
import { rememberEngine } from './tensor-engine';
import { native } from './timers';

type Request = Extract<ToExecution, { type: 'execute' }>;
type Settled = Outcome | { readonly kind: 'failed'; readonly failure: Failure };

/** How long a cell that is done waits for timers that are due at once: what they throw is its own failure. */
const GRACE_MS = 100;
/** What a busy machine, or a slow callback, may add to it: whose failure an error is must not depend on the load. */
const LATE_MS = 1000;

export interface ExecutorParts {
  readonly outbox: Outbox;
  readonly language: LanguageClient;
  readonly repl: Repl;
  readonly modules: Modules;
  readonly positions: Positions;
  readonly stdin: Stdin;
  /** Show what goes to `stderr` as `stdout`. */
  readonly mergeStreams: boolean;
}

/** Runs cells one at a time and finds out, for each, whether it failed and of what. */
export class Executor {
  /** The cell that runs now, or else the last that ran. */
  latest: CellRun | undefined;
  private halt: ((settled: Settled) => void) | undefined;
  private restoreEngine: () => void = rememberEngine();
  private serial = 0;
  /** The serial of the interrupt that stopped a cell last. */
  private stoppedBy = 0;
  /** What ended cells left behind and no cell has reported yet. */
  private readonly unreported: Failure[] = [];

  constructor(private readonly parts: ExecutorParts) {}

  /** Runs a cell to its end and tells the messaging thread of it. */
  async execute(request: Request): Promise<void> {
    const { outbox, stdin, mergeStreams } = this.parts;
    const label = request.silent ? 'a silent cell' : `cell [${request.count}]`;
    const run = new CellRun(request.id, label, outbox, mergeStreams);
    this.latest = run;
    this.restoreEngine = rememberEngine();
    stdin.begin(run, request.allowStdin);
    const failure = await this.attempt(run, request);
    const userExpressions = failure ? {} : await this.evaluateAll(run, request.userExpressions);
    run.running = false;
    stdin.end();
    this.halt = undefined;
    outbox.send({ type: 'executed', id: request.id, ...(failure && { failure }), userExpressions, payload: [] });
  }

  /** Stops the cell that runs, if one does. An interrupt that has already stopped it is not for the cell after it. */
  interrupt(serial?: number): void {
    leaveContext();
    this.restoreEngine();
    if (serial !== undefined && serial <= this.stoppedBy) return;
    if (!this.halt || !this.latest?.running) return;
    this.latest.interrupt();
    this.halt({ kind: 'interrupted' });
  }

  /** An error that no code awaited or caught: the cell that started it fails, or, when that one has ended, the next one. */
  surface(reason: unknown, promise?: object): void {
    const run = originOf(reason, promise) ?? this.latest;
    // what an interrupted cell had going may fail in any way
    if (run?.cut) return;
    const failure = thrownFailure(reason, this.parts.positions);
    if (run?.running) {
      run.stray ??= failure;
      // the cell may be waiting for what now never comes
      this.halt?.({ kind: 'failed', failure });
      return;
    }
    run?.write('stderr', `${failure.traceback.join('\n')}\n`);
    this.unreported.push(leftBehind(failure, run?.label ?? 'the kernel'));
  }

  private async attempt(run: CellRun, { code, silent, count }: Request): Promise<Failure | undefined> {
    const conversion = await this.converted(code, false);
    if ('kind' in conversion) return conversion.kind === 'failed' ? conversion.failure : INTERRUPTED;
    if (!conversion.ok) return typeFailure(conversion.problems, run.label, code);
    const settled = await this.evaluate(run, code, conversion);
    const failure = this.failureOf(settled);
    if (failure) {
      // a cell that failed has come to its end: what it left running prints nothing into later cells
      if (settled.kind === 'failed') run.interrupt();
      return failure;
    }
    await this.settle(run);
    const late = run.stray ?? (run.cut ? INTERRUPTED : this.unreported.shift());
    if (late) return late;
    if (silent || run.result === undefined) return undefined;
    return this.publishResult(run, count, run.result);
  }

  private publishResult(run: CellRun, count: number, value: unknown): Failure | undefined {
    try {
      const data = within(run, () => resultBundle(value));
      run.publish('execute_result', { execution_count: count, data, metadata: {} });
      return undefined;
    } catch (error) {
      return thrownFailure(error, this.parts.positions);
    }
  }

  private converted(code: string, transient: boolean): Promise<Conversion | Settled> {
    return this.unlessHalted(() => this.parts.language.convert(code, transient));
  }

  /** What `work` comes to, or why the cell ends before it does. */
  private unlessHalted<T>(work: () => Promise<T>): Promise<T | Settled> {
    const halted = new Promise<Settled>((resolve) => (this.halt = resolve));
    return Promise.race([work(), halted]);
  }

  private async evaluate(run: CellRun, code: string, conversion: Extract<Conversion, { ok: true }>): Promise<Settled> {
    const { positions, modules, outbox, repl } = this.parts;
    const name = `cell-${++this.serial}.ts`;
    positions.add(name, { label: run.label, map: conversion.map, source: code });
    for (const { path, map, source } of conversion.files) positions.add(path, { label: path, map, source });
    modules.update(conversion.files);
    const script = `${conversion.script}\n;void 0\n//# sourceURL=${name}`;
    const settled = await this.unlessHalted(() => within(run, () => repl.evaluate(script)));
    if (settled.kind === 'interrupted') {
      this.stoppedBy = outbox.newestInterrupt();
      leaveContext();
      run.interrupt();
      this.restoreEngine();
    }
    return settled;
  }

  private failureOf(settled: Settled): Failure | undefined {
    switch (settled.kind) {
      case 'done':
        return undefined;
      case 'interrupted':
        return INTERRUPTED;
      case 'failed':
        return settled.failure;
      case 'thrown':
        return thrownFailure(settled.value, this.parts.positions);
    }
  }

  /** Waits for what a cell that is done has already set in motion and that is sure to end at once. */
  private async settle(run: CellRun): Promise<void> {
    // Node tells of an unhandled rejection only after the microtasks, a round later for one made by another
    for (let round = 0; round < 2; round++) await new Promise((resolve) => native.setImmediate(resolve));
    let end = performance.now() + GRACE_MS;
    const last = end + LATE_MS;
    for (;;) {
      const next = Math.min(...[...run.timers].map(({ due }) => due));
      if (!(next <= end) || run.stray || run.cut) return;
      const expected = Math.max(next, performance.now() + 1);
      await new Promise((resolve) => native.setTimeout(resolve, expected - performance.now()));
      await new Promise((resolve) => native.setImmediate(resolve));
      end = Math.min(end + performance.now() - expected, last);
      if (performance.now() > end) return;
    }
  }

  private async evaluateAll(
    run: CellRun,
    expressions: Readonly<Record<string, string>>,
  ): Promise<Record<string, object>> {
    const answers: Record<string, object> = {};
    for (const [name, code] of Object.entries(expressions)) answers[name] = await this.evaluateOne(run, code);
    return answers;
  }

  private async evaluateOne(run: CellRun, code: string): Promise<object> {
    const failed = (failure: Failure): object => ({ status: 'error', ...failure });
    const conversion = await this.converted(code, true);
    if ('kind' in conversion) return failed(this.failureOf(conversion) ?? INTERRUPTED);
    if (!conversion.ok) return failed(typeFailure(conversion.problems, 'the expression', code));
    run.result = undefined;
    const failure = this.failureOf(await this.evaluate(run, code, conversion));
    if (failure) return failed(failure);
    return { status: 'ok', data: run.result === undefined ? {} : resultBundle(run.result), metadata: {} };
  }
}
