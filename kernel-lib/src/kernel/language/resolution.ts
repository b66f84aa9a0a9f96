import path from 'node:path';
import type ts from 'typescript';
import type { Compiler } from './compiler';

/** A look for a module from a file: what the compiler asks of its host. */
export type Resolve = (specifier: string, from: string) => ts.ResolvedModuleWithFailedLookupLocations;

// from here the kernel finds the packages that were installed with it
const BESIDE_THE_KERNEL = path.join(__dirname, '__imports__.ts');

/**
 * Finds modules as Node does from a cell: from the notebook's folder upward, then beside the kernel, so that a course's folder
 * may lie anywhere and still finds `kernel-lib`. What is inside of a package looks no further than Node would.
 * It remembers what it has found: make another when files may have come or gone.
 */
export function resolver(ts: Compiler, folder: string, options: ts.CompilerOptions, host: ts.CompilerHost): Resolve {
  const cache = ts.createModuleResolutionCache(folder, (name) => name, options);
  return (specifier, from) => {
    const found = ts.resolveModuleName(specifier, from, options, host, cache);
    const isPackage = !/^\.{0,2}(?:\/|$)/.test(specifier);
    if (found.resolvedModule || !isPackage || from.includes('/node_modules/')) return found;
    const beside = ts.resolveModuleName(specifier, BESIDE_THE_KERNEL, options, host, cache);
    return beside.resolvedModule ? beside : found;
  };
}
