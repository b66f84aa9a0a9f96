import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import type ts from 'typescript';
import type { Compiler } from './compiler';

const NOT_FOUND = new Set([2307, 2792, 2306, 2732]);
const NO_TYPES = 7016;

/** A variable's type that follows from how it is used is known in its own cell only. */
export function explainEvolving({ code, file, start = 0, length = 0 }: ts.Diagnostic): string | undefined {
  if (code !== 7005 || !file) return undefined;
  const name = file.text.slice(start, start + length);
  return `The type of ${name} cannot be told from another cell: write it where ${name} is declared, for instance ${name}: number[].`;
}

/** What to do about an import that leads nowhere, or to a package without types; undefined for any other diagnostic. */
export function explainModule(ts: Compiler, diagnostic: ts.Diagnostic): string | undefined {
  const { code, file, start = 0, length = 0 } = diagnostic;
  if (!file || (code !== NO_TYPES && !NOT_FOUND.has(code))) return undefined;
  const specifier = /^(['"`])(.*)\1$/s.exec(file.text.slice(start, start + length).trim())?.[2];
  if (specifier === undefined) return undefined;
  const from = path.dirname(file.fileName);
  if (code === NO_TYPES) return withoutTypes(specifier, from);
  if (/^\.{0,2}(?:\/|$)/.test(specifier)) return missingFile(specifier, from);
  if (specifier.startsWith('node:')) return missingBuiltin(ts, specifier);
  return missingPackage(ts, specifier, from);
}

function missingFile(specifier: string, from: string): string {
  const target = path.resolve(from, specifier);
  const folder = path.dirname(target);
  if (fs.statSync(target, { throwIfNoEntry: false })?.isFile()) {
    return `Cannot import ${JSON.stringify(specifier)}: a cell imports .ts, .tsx, .js and .json files; read any other with node:fs.`;
  }
  if (!fs.existsSync(folder)) return `Cannot find the file "${specifier}": the folder ${folder} does not exist.`;
  return `Cannot find the file "${specifier}": there is no ${path.basename(target)} (nor .ts, .tsx, .js or .json) in ${folder}.`;
}

function missingBuiltin(ts: Compiler, specifier: string): string {
  const near = nearest(ts, specifier.slice('node:'.length), builtinModules);
  return `Node has no built-in module "${specifier}"${near === undefined ? '.' : `: did you mean "node:${near}"?`}`;
}

function missingPackage(ts: Compiler, specifier: string, from: string): string {
  const name = packageName(specifier);
  const installed = installedFolder(name, from);
  if (installed === undefined) {
    const near = builtinModules.includes(name) ? undefined : nearest(ts, name, builtinModules);
    const builtin = near === undefined ? '' : ` (or did you mean Node's own "node:${near}"?)`;
    return `Cannot find the package "${name}": run npm install ${name} in ${projectFolder(from)}${builtin}`;
  }
  if (specifier === name) {
    return `The package "${name}" in ${installed} has no entry point that an import finds: see "main" and "exports" in its package.json.`;
  }
  return `The package "${name}" is installed but offers no "${specifier}": see "exports" in ${path.join(installed, 'package.json')}.`;
}

function withoutTypes(specifier: string, from: string): string {
  const declared = `run a cell with  declare module '${specifier}';  to use it without types`;
  if (/^\.{0,2}\//.test(specifier)) return `The file "${specifier}" has no types: ${declared}.`;
  const name = packageName(specifier);
  const types = `@types/${name.replace(/^@(.*)\/(.*)$/, '$1__$2')}`;
  return `The package "${name}" comes without types: run npm install -D ${types} in ${projectFolder(from)}, or, where there is none, ${declared}.`;
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function installedFolder(name: string, from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (fs.existsSync(folder)) return folder;
    if (at === path.dirname(at)) return undefined;
  }
}

/** Where npm would install: the folder of the nearest package.json, or the one the search began in. */
function projectFolder(from: string): string {
  for (let at = from; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, 'package.json'))) return at;
    if (at === path.dirname(at)) return from;
  }
}

function nearest(ts: Compiler, name: string, candidates: readonly string[]): string | undefined {
  return ts.getSpellingSuggestion(name, candidates, (candidate) => candidate);
}
