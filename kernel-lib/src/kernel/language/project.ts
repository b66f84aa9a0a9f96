import { isBuiltin } from 'node:module';
import path from 'node:path';
import type ts from 'typescript';
import type { BoundFile, Checker, Compiler } from './compiler';
import { SourceFiles } from './files';
import { resolver, type Resolve } from './resolution';

/** How many files a checker may see before a new one replaces it: it never forgets what it has seen. */
const ENOUGH = 100;
const TOO_MANY = 400;

// what cells see besides Node's types; the execution thread provides it
const GLOBALS = 'declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;\n';

/** Whether a file is a cell's text. */
export function isCell(file: ts.SourceFile): boolean {
  return path.basename(file.fileName).startsWith('__cell__');
}

/**
 * All that cells can see but their own names: libraries, packages and local files, and a checker over them. Cells are not part of
 * the program. The checker takes them one by one as they come, so that a cell costs its own check and nothing else; only an import
 * that is new, or a file that has changed, makes a new program and a new checker.
 */
export class Project {
  readonly files: SourceFiles;
  private readonly host: ts.CompilerHost;
  private readonly importsFile: string;
  private readonly globalsFile: string;
  private readonly ambientFile: string;
  /** Module specifiers that cells have used and that led to types. */
  private readonly settled = new Set<string>();
  /** Modules that a cell declared, `declare module 'name'`, because nothing else does. */
  private ambient: ReadonlyMap<string, string> = new Map();
  /** Cells that augment a module or the global scope: a checker takes those only when it is made. */
  private augmenting: readonly BoundFile[] = [];
  private program: ts.Program | undefined;
  private resolve: Resolve;
  private current: Checker | undefined;
  /** A local file lacks something that may have come by now. */
  private incomplete = false;
  private serial = 0;
  private seen = 0;

  constructor(
    private readonly ts: Compiler,
    readonly folder: string,
    readonly options: ts.CompilerOptions,
  ) {
    this.files = new SourceFiles(ts);
    this.importsFile = path.join(folder, '__imports__.ts');
    this.globalsFile = path.join(folder, '__globals__.d.ts');
    this.ambientFile = path.join(folder, '__ambient__.d.ts');
    this.files.setText(this.importsFile, 'export {};\n');
    this.files.setText(this.globalsFile, GLOBALS);
    this.files.setText(this.ambientFile, '');
    this.host = {
      ...ts.createCompilerHost(options),
      getCurrentDirectory: () => folder,
      getSourceFile: (name, options) => this.files.get(name, options),
      fileExists: (name) => this.files.exists(name),
      readFile: (name) => this.files.textOf(name),
      hasInvalidatedResolutions: (name) => !name.includes('/node_modules/'),
      resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => this.resolve(text, from)),
    };
    this.resolve = this.newResolver();
  }

  get checker(): Checker {
    return (this.current ??= this.newChecker());
  }

  /** Brings everything up to date for a text that imports `specifiers`. */
  prepare(specifiers: readonly string[]): void {
    const outdated = this.files.forgetOutdated();
    const news = specifiers.filter((specifier) => !this.settled.has(specifier));
    if (this.program && !outdated && !this.incomplete && news.length === 0) return;
    for (const specifier of news) this.settled.add(specifier);
    const imports = [...this.settled].map((specifier) => `import ${JSON.stringify(specifier)};\n`);
    this.files.setText(this.importsFile, `export {};\n${imports.join('')}`);
    this.rebuild();
    // what was not found may be installed by the time of the next cell
    for (const specifier of this.settled) if (!this.isSettled(specifier)) this.settled.delete(specifier);
  }

  /** A bound source file of a text that is a module beside the notebook. */
  open(text: string, parent: BoundFile | undefined): BoundFile {
    const { ts } = this;
    this.seen += 1;
    if (this.seen > TOO_MANY) this.forgetChecker();
    const name = path.join(this.folder, `__cell__${++this.serial}.ts`);
    const file = ts.createSourceFile(name, text, {
      languageVersion: ts.ScriptTarget.ES2022,
      setExternalModuleIndicator: (each) => {
        (each as BoundFile).externalModuleIndicator = true;
      },
    }) as BoundFile;
    file.path = name;
    file.moduleAugmentations = [];
    file.imports = [];
    const imports = this.sourceFile(this.importsFile)?.resolvedModules;
    if (imports) file.resolvedModules = imports;
    ts.bindSourceFile(file, this.options);
    if (parent) file.parent = parent;
    return file;
  }

  /** The checker that a file with augmentations needs; `keep` what it returns, or the next cell sees nothing of them. */
  augment(file: BoundFile, names: readonly ts.Node[]): () => void {
    file.moduleAugmentations = names;
    const before = this.augmenting;
    // a cell that is run again replaces itself
    this.augmenting = [...before.filter(({ text }) => text !== file.text), file];
    this.forgetChecker();
    return () => {
      this.augmenting = before;
      this.forgetChecker();
    };
  }

  /** Declares modules that nothing else declares; returns what takes that back. */
  declareModules(modules: ReadonlyMap<string, string>): () => void {
    const before = this.ambient;
    const write = (declared: ReadonlyMap<string, string>): void => {
      this.ambient = declared;
      if (this.files.setText(this.ambientFile, [...declared.values()].join('\n'))) this.rebuild();
    };
    write(new Map([...before, ...modules]));
    return () => { write(before); }; // prettier-ignore
  }

  /** The program as the compiler's services want it, with a cell's file in it. */
  view(file: BoundFile): ts.Program {
    const program = this.ready();
    return {
      ...program,
      getTypeChecker: () => this.checker,
      getSourceFile: (name) => (name === file.fileName ? file : program.getSourceFile(name)),
    };
  }

  get languageHost(): ts.CompilerHost {
    return this.host;
  }

  sourceFile(name: string): BoundFile | undefined {
    return this.ready().getSourceFile(name) as BoundFile | undefined;
  }

  /** What a cell's specifier means, as far as the last `prepare` has looked. */
  resolved(specifier: string): ts.ResolvedModuleFull | undefined {
    return this.sourceFile(this.importsFile)?.resolvedModules?.get(specifier, undefined)?.resolvedModule;
  }

  /** TypeScript of the person's own, which the kernel has to emit. */
  isLocal(name: string): boolean {
    return /\.[cm]?tsx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name) && !name.includes('/node_modules/');
  }

  /** Frees what the checker has gathered; for a moment when nobody waits. Says whether a new one is to be warmed up. */
  tidy(): boolean {
    if (this.seen < ENOUGH) return false;
    this.forgetChecker();
    return true;
  }

  /** Whether a new specifier can be resolved. */
  leadsSomewhere(specifier: string): boolean {
    const { resolvedModule } = this.newResolver()(specifier, this.importsFile);
    return resolvedModule !== undefined || isBuiltin(specifier);
  }

  /** Whether a module's types come from anywhere but a cell's `declare module`. */
  hasTypes(specifier: string): boolean {
    return !this.ambient.has(specifier) && this.isSettled(specifier);
  }

  /** Gives a file beside the notebook a text that is not on disk; returns what takes that back. */
  overlay(name: string, text: string): () => void {
    const before = this.files.overlaid(name);
    const write = (content: string | undefined): void => {
      if (this.files.setText(name, content)) this.incomplete = true;
    };
    write(text);
    return () => { write(before); }; // prettier-ignore
  }

  private isSettled(specifier: string): boolean {
    if (isBuiltin(specifier)) return true;
    const found = this.resolved(specifier);
    if (found && this.sourceFile(found.resolvedFileName)) return true;
    return this.checker.tryFindAmbientModule(specifier) !== undefined;
  }

  private ready(): ts.Program {
    return this.program ?? this.rebuild();
  }

  private newResolver(): Resolve {
    return resolver(this.ts, this.folder, this.options, this.host);
  }

  private rebuild(): ts.Program {
    this.resolve = this.newResolver();
    const program = this.ts.createProgram(
      [this.importsFile, this.globalsFile, this.ambientFile],
      this.options,
      this.host,
      this.program,
    );
    this.forgetChecker();
    this.program = program;
    this.incomplete = program.getSourceFiles().some((file) => this.isLocal(file.fileName) && this.lacks(file));
    return program;
  }

  private lacks(file: ts.SourceFile): boolean {
    const { fileName, imports, resolvedModules } = file as BoundFile;
    if (fileName === this.importsFile) return false;
    return imports.some(({ text }) => !isBuiltin(text) && !resolvedModules?.get(text, undefined)?.resolvedModule);
  }

  private newChecker(): Checker {
    const program = this.ready();
    const { augmenting } = this;
    // never the program's own, which lives as long as it does
    return this.ts.createTypeChecker({
      ...program,
      getSourceFiles: () => [...program.getSourceFiles(), ...augmenting],
    });
  }

  /** The next look is taken by a new checker: the old one has seen enough, or was stopped by an error in the middle of one. */
  forgetChecker(): void {
    this.current = undefined;
    this.seen = 0;
  }
}
