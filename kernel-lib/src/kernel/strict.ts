import type tsTypes from 'typescript';

/**
 * The options that stock tslab leaves off. `alwaysStrict` stays off: the engine evaluates a cell as sloppy script.
 * Indexing is left unchecked here and checked by `check-notebooks`: a student's `xs[0]` is no error while exploring.
 */
const strict: tsTypes.CompilerOptions = { strict: true, alwaysStrict: false };

/**
 * tslab hard-wires its compiler options and reads no tsconfig; they all pass through one function of the compiler. The compiler's
 * exports are read-only, so its module is replaced by a copy, which must happen before tslab's converter loads it.
 */
export function makeStrict(compiler: NodeJS.Module): void {
  const original = compiler.exports as Record<string, unknown>;
  const create = original.createWatchCompilerHost as (...parameters: unknown[]) => unknown;
  const createWatchCompilerHost = (files: unknown, options: tsTypes.CompilerOptions, ...rest: unknown[]): unknown =>
    create(files, { ...options, ...strict }, ...rest);
  compiler.exports = { ...original, createWatchCompilerHost };
}
