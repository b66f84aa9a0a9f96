/** Keeps what Node says of its own unfinished features out of cells, which ask for none of them by name. */
export function hushExperiments(): void {
  const emitWarning = process.emitWarning.bind(process) as (...values: unknown[]) => void;
  process.emitWarning = (...values: unknown[]): void => {
    const [, second] = values;
    const type = typeof second === 'object' && second !== null ? (second as { type?: unknown }).type : second;
    if (type !== 'ExperimentalWarning') emitWarning(...values);
  };
}
