import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { LocalFile } from '../link';
import { wrap } from './own-globals';

type Namespace = Readonly<Record<string, unknown>>;

// what Node says of a package that only `import` can load
const ONLY_IMPORT = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
const SUFFIXES = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

interface Loaded {
  readonly module: Module;
  /** The local files that it requires: when one of them changes, it is loaded anew. */
  readonly uses: Set<string>;
}

/** A folder from which Node looks for packages. */
interface Place {
  readonly require: NodeJS.Require;
  readonly nativeImport: (specifier: string) => Promise<Namespace>;
}

/**
 * What cells import: packages as Node finds them from the notebook's folder, else those that were installed with the kernel
 * (a course's folder may lie anywhere and still finds `kernel-lib`), and TypeScript files of the person's own.
 */
export class Modules {
  private readonly besideNotebook: Place;
  private readonly besideKernel = placeIn(__dirname);
  private readonly scripts = new Map<string, string>();
  private readonly loaded = new Map<string, Loaded>();
  private readonly namespaces = new WeakMap<object, Namespace>();

  private readonly connections = new Map<string, (require: NodeJS.Require) => void>();

  constructor(private readonly folder: string) {
    this.besideNotebook = placeIn(folder);
  }

  /** Says what to do each time a cell has asked for `specifier`, with the `require` that found it. */
  whenRequired(specifier: string, connect: (require: NodeJS.Require) => void): void {
    this.connections.set(specifier, connect);
  }

  private requirePackage(require: NodeJS.Require, specifier: string): unknown {
    const exports: unknown = require(specifier);
    this.connections.get(specifier)?.(require);
    return exports;
  }

  /** Local files that are new or have changed; whatever used the old ones is loaded anew at the next import. */
  update(files: readonly LocalFile[]): void {
    for (const { path: file, script } of files) {
      this.scripts.set(file, script);
      this.forget(file);
    }
  }

  private forget(file: string): void {
    if (!this.loaded.delete(file)) return;
    for (const [user, { uses }] of this.loaded) if (uses.has(file)) this.forget(user);
  }

  /** What `import … from 'specifier'` gives in a cell. */
  async import(specifier: string): Promise<Namespace> {
    const local = this.localFile(specifier, this.folder);
    if (local !== undefined) return this.namespaceOf(this.load(local));
    const { require, nativeImport } = this.placeOf(specifier, this.besideNotebook);
    try {
      return this.namespaceOf(this.requirePackage(require, specifier));
    } catch (error) {
      if (!ONLY_IMPORT.has(codeOf(error))) throw error;
      return nativeImport(specifier);
    }
  }

  /** The notebook's own place, unless only the kernel's has the package. */
  private placeOf<P extends { readonly require: NodeJS.Require }>(specifier: string, own: P): P | Place {
    if (has(own.require, specifier)) return own;
    return !/^\.{0,2}(?:\/|$)/.test(specifier) && has(this.besideKernel.require, specifier) ? this.besideKernel : own;
  }

  /** `require` as a cell or a local file in `folder` sees it. */
  requireFrom(folder: string, user?: Loaded): NodeJS.Require {
    const node = createRequire(path.join(folder, 'notebook.js'));
    const required = (specifier: string): unknown => {
      const local = this.localFile(specifier, folder);
      if (local === undefined)
        return this.requirePackage(this.placeOf(specifier, { require: node }).require, specifier);
      user?.uses.add(local);
      return this.load(local);
    };
    return Object.assign(required, { resolve: node.resolve, cache: node.cache, main: node.main }) as NodeJS.Require;
  }

  /** The local TypeScript file that a specifier means, where the language thread has sent one. */
  private localFile(specifier: string, folder: string): string | undefined {
    if (!/^\.{0,2}\//.test(specifier)) return undefined;
    const target = path.resolve(folder, specifier);
    const candidates = SUFFIXES.map((suffix) => target + suffix);
    // TypeScript's own rule: './a.js' may mean './a.ts'
    candidates.push(target.replace(/\.jsx?$/, '.ts'), target.replace(/\.jsx?$/, '.tsx'));
    return candidates.find((candidate) => this.scripts.has(candidate));
  }

  private load(file: string): unknown {
    const known = this.loaded.get(file);
    if (known) return known.module.exports;
    const module = new Module(file);
    const loaded: Loaded = { module, uses: new Set() };
    this.loaded.set(file, loaded);
    try {
      const wrapped = wrap(this.scripts.get(file) ?? fs.readFileSync(file, 'utf8'));
      const run = new vm.Script(wrapped, { filename: file }).runInThisContext() as (...values: unknown[]) => void;
      run.call(module.exports, module.exports, this.requireFrom(path.dirname(file), loaded), module, file, path.dirname(file)); // prettier-ignore
    } catch (error) {
      this.loaded.delete(file);
      throw error;
    }
    return module.exports;
  }

  /** A CommonJS module as an `import` sees it: its exports by name, and the whole as `default` unless it names one itself. */
  private namespaceOf(exports: unknown): Namespace {
    if (exports !== null && typeof exports === 'object' && ('__esModule' in exports || isNamespace(exports))) {
      return exports as Namespace;
    }
    if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return { default: exports };
    const known = this.namespaces.get(exports);
    if (known) return known;
    const namespace: Record<string, unknown> = {};
    for (const key of Object.keys(exports)) {
      Object.defineProperty(namespace, key, { enumerable: true, get: () => (exports as Namespace)[key] });
    }
    Object.defineProperty(namespace, 'default', { enumerable: true, value: exports });
    this.namespaces.set(exports, namespace);
    return namespace;
  }
}

function placeIn(folder: string): Place {
  const filename = path.join(folder, 'notebook.js');
  const script = new vm.Script('(specifier) => import(specifier)', {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return {
    require: createRequire(filename),
    nativeImport: script.runInThisContext() as Place['nativeImport'],
  };
}

/** Whether the package is installed where `require` looks, which may still not be able to load it. */
function has(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch (error) {
    return codeOf(error) !== 'MODULE_NOT_FOUND';
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

function isNamespace(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Module]';
}
