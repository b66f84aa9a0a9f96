import inspector from 'node:inspector';
import { tellFirstPromise } from './context';

/** How a script ended. `interrupted`: it was stopped from outside while it ran. */
export type Outcome =
  { readonly kind: 'done' } | { readonly kind: 'thrown'; readonly value: unknown } | { readonly kind: 'interrupted' };

const GROUP = 'cell';
const hand = '__kernel.caught';

/**
 * V8's REPL mode through an inspector session of this very thread: `let`, `const` and `class` can be declared again, closures see
 * what a later script assigns, `await` stands anywhere, and a script that fails keeps what ran.
 */
export class Repl {
  private readonly session = new inspector.Session();
  private caught: unknown;
  /**
   * Scripts that have not ended, each as the promise of its end. One that waits for what never comes is garbage to V8, whose
   * inspector then answers in the midst of the collection: Node 22 ends the process over that.
   */
  private readonly awaited = new Set<object>();

  constructor() {
    this.session.connect();
  }

  /** Takes a thrown value out of the inspector's hands, alive; installed as `__kernel.caught`. */
  readonly catch = (value: unknown): void => {
    this.caught = value;
  };

  /** Runs a script whose end may come later. Where it is stopped while it waits, this never settles. */
  evaluate(script: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const parameters: inspector.Runtime.EvaluateParameterType & { replMode: boolean } = {
        expression: script,
        replMode: true,
        awaitPromise: true,
        silent: true,
        objectGroup: GROUP,
      };
      let whole: object | undefined;
      const keep = (promise: object): void => {
        whole = promise;
        this.awaited.add(promise);
      };
      const ended = (error: Error | null, result: inspector.Runtime.EvaluateReturnType): void => {
        const outcome = error ? ({ kind: 'interrupted' } as const) : this.outcome(result.exceptionDetails);
        if (whole) this.awaited.delete(whole);
        // the session would keep values of the script alive for an inspector that never asks
        this.session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
        this.session.post('Runtime.discardConsoleEntries');
        resolve(outcome);
      };
      tellFirstPromise(keep, () => { this.session.post('Runtime.evaluate', parameters, ended); }); // prettier-ignore
    });
  }

  /**
   * Calls `body` so that it can be stopped from outside: an interrupt that meets a callback of Node's timers on the bare stack
   * takes the whole process down. Returns false when it was stopped.
   *
   * @throws what `body` throws.
   */
  stoppable(body: () => void): boolean {
    let thrown: { value: unknown } | undefined;
    let stopped = false;
    const outer = this.body;
    this.body = (): void => {
      try {
        body();
      } catch (error) {
        thrown = { value: error };
      }
    };
    this.session.post('Runtime.evaluate', { expression: 'void __kernel.call()', silent: true }, (error) => {
      stopped = error !== null;
    });
    this.body = outer;
    if (thrown) throw thrown.value;
    return !stopped;
  }

  private body: (() => void) | undefined;

  /** Installed as `__kernel.call`. */
  readonly call = (): void => {
    this.body?.();
  };

  private outcome(details: inspector.Runtime.ExceptionDetails | undefined): Outcome {
    if (!details) return { kind: 'done' };
    const { exception } = details;
    if (exception?.objectId === undefined) return { kind: 'thrown', value: primitive(exception) };
    this.session.post('Runtime.callFunctionOn', {
      functionDeclaration: `(value) => { ${hand}(value); }`,
      objectId: exception.objectId,
      arguments: [{ objectId: exception.objectId }],
      silent: true,
    });
    const value = this.caught;
    this.caught = undefined;
    return { kind: 'thrown', value };
  }
}

function primitive(value: inspector.Runtime.RemoteObject | undefined): unknown {
  const text = value?.unserializableValue;
  if (text === undefined) return value?.value;
  return text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text);
}
