import { attempt, currentSink } from './sink';

/**
 * Takes away what the cell has shown so far. With `wait`, only when the next output comes, so that nothing flickers.
 * On a terminal, in a log and in stock tslab, which cannot take back an output, it does nothing.
 */
export function clearOutput({ wait = false }: { readonly wait?: boolean } = {}): void {
  const sink = currentSink();
  attempt(() => sink.clear?.(wait));
}
