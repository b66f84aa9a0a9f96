import type { ToLanguage } from './link';

/** What a warm-up asks of the threads. */
export interface WarmUp {
  /** The packages, separated by commas: a runner knows from the notebook what its cells will import. */
  readonly packages: string | undefined;
  readonly load: (specifier: string) => Promise<unknown>;
  readonly ask: (request: ToLanguage) => void;
}

// no cell's conversion has it
const SERIAL = 0;

/**
 * Loads packages before the first cell asks for them: their code on this thread and their types on the language thread, side by
 * side and while Jupyter still connects. What fails here fails again, and is told, in the cell that imports it.
 */
export async function warmUp({ packages = '', load, ask }: WarmUp): Promise<void> {
  const specifiers = packages.split(',').filter((specifier) => specifier !== '');
  if (specifiers.length === 0) return;
  const imports = specifiers.map((specifier) => `import ${JSON.stringify(specifier)};`);
  ask({ type: 'convert', serial: SERIAL, code: imports.join('\n'), transient: true });
  for (const specifier of specifiers) await load(specifier).catch(() => undefined);
}
