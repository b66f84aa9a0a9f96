/**
 * A listener that is never called again before it is done: values that come while it works are dropped but for the newest, which
 * it gets next. So a slider that is dragged does not start a hundred trainings at once.
 *
 * What the listener throws is thrown; what it rejects with is an unhandled rejection. Both are for the kernel to report.
 */
export function latest<T>(listener: (value: T) => unknown): (value: T) => void {
  let busy = false;
  let newest: { readonly value: T } | undefined;

  const call = (value: T): void => {
    const result = listener(value);
    if (!isThenable(result)) return;
    busy = true;
    void Promise.resolve(result).finally(next);
  };
  const next = (): void => {
    busy = false;
    const waiting = newest;
    newest = undefined;
    if (waiting !== undefined) call(waiting.value);
  };
  return (value) => {
    if (busy) newest = { value };
    else call(value);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
