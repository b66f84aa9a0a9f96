import path from 'node:path';
import type ts from 'typescript';
import type { Conversion, LocalFile } from '../link';
import { readSyntax } from './cell-text';
import { diagnosticsOf } from './check';
import type { BoundFile, Compiler, ResolvedModules } from './compiler';
import { emitLocal } from './emit-local';
import { explainModule } from './missing-module';
import { problemsOf } from './problems';
import type { Project } from './project';

/** The person's own TypeScript files, and cells marked `@module`, which are files that are not on disk. */
export class LocalFiles {
  /** What the execution thread has, by path: the text it was emitted from. */
  private readonly sent = new Map<string, string>();

  constructor(
    private readonly ts: Compiler,
    private readonly project: Project,
  ) {}

  /** The local files that specifiers lead to, directly or through each other; what a file imports stands before it. */
  reachable(specifiers: readonly string[], resolved: ResolvedModules | undefined): BoundFile[] {
    const found = new Set<BoundFile>();
    const open = new Set<BoundFile>();
    const follow = (names: readonly string[], modules: ResolvedModules | undefined): void => {
      for (const name of names) {
        const target = modules?.get(name, undefined)?.resolvedModule?.resolvedFileName;
        if (target === undefined || !this.project.isLocal(target)) continue;
        const file = this.project.sourceFile(target);
        if (!file || open.has(file)) continue;
        open.add(file);
        follow(this.importsOf(file), file.resolvedModules);
        found.add(file);
      }
    };
    follow(specifiers, resolved);
    return [...found];
  }

  diagnosticsOf(file: BoundFile): readonly ts.Diagnostic[] {
    return [...diagnosticsOf(this.ts, this.project.checker, file), ...this.unrunnable(file)];
  }

  /** Those of `files`, which are in order, that the execution thread does not have as they are now. */
  emit(files: readonly BoundFile[]): LocalFile[] {
    const renewed = new Set<string>();
    const emitted: LocalFile[] = [];
    for (const file of files) {
      const { fileName, text } = file;
      const uses = this.importsOf(file).map((name) => file.resolvedModules?.get(name, undefined)?.resolvedModule);
      const stale = uses.some((module) => module && renewed.has(module.resolvedFileName));
      if (this.sent.get(fileName) === text && !stale) continue;
      renewed.add(fileName);
      this.sent.set(fileName, text);
      emitted.push({ path: fileName, source: text, ...emitLocal(this.ts, this.project, file) });
    }
    return emitted;
  }

  /** Makes a cell a module that others import as `./name`. */
  addModule(name: string, jsx: boolean, code: string): Conversion {
    const target = path.join(this.project.folder, `${name}.${jsx ? 'tsx' : 'ts'}`);
    const undo = this.project.overlay(target, code);
    const specifier = `./${name}`;
    this.project.prepare([specifier]);
    const file = this.project.sourceFile(target);
    if (!file) throw new Error(`The module ${specifier} was not found after it was added.`);
    const files = this.reachable(
      [specifier],
      new Map([[specifier, { resolvedModule: { resolvedFileName: target } }]]) as never,
    );
    const diagnostics = files.flatMap((each) => this.diagnosticsOf(each));
    if (diagnostics.length === 0)
      return { ok: true, script: "'use strict';\n", map: EMPTY_MAP, files: this.emit(files) };
    const explain = (each: ts.Diagnostic): string | undefined => explainModule(this.ts, each);
    const problems = problemsOf(this.ts, file, diagnostics, explain);
    undo();
    return { ok: false, problems };
  }

  private importsOf(file: BoundFile): readonly string[] {
    return readSyntax(this.ts, file).specifiers;
  }

  /** A local file is loaded as CommonJS, which a few things cannot be said in. */
  private unrunnable(file: BoundFile): ts.Diagnostic[] {
    const { ts } = this;
    const found: ts.Diagnostic[] = [];
    const report = (node: ts.Node, messageText: string): void => {
      const start = node.getStart(file);
      found.push({
        file,
        start,
        length: node.end - start,
        category: ts.DiagnosticCategory.Error,
        code: 1378,
        messageText,
      });
    };
    const name = path.basename(file.fileName);
    const visit = (node: ts.Node, inFunction: boolean): void => {
      if (!inFunction && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))) {
        report(
          node,
          `A file that a cell imports cannot await at its top level: export an async function from ${name} and await its call in the cell.`,
        );
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        report(
          node,
          `A file that a cell imports is loaded as CommonJS, which has no import.meta: use __filename or __dirname in ${name}.`,
        );
      }
      const inner = inFunction || ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
      ts.forEachChild(node, (child) => { visit(child, inner); }); // prettier-ignore
    };
    if (/\bawait\b|\bimport\s*\.\s*meta\b/.test(file.text)) visit(file, false);
    return found;
  }
}

const EMPTY_MAP = JSON.stringify({ version: 3, file: 'cell.js', sources: ['cell.ts'], names: [], mappings: '' });
