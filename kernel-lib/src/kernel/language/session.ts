import type ts from 'typescript';
import type { Conversion, Problem } from '../link';
import { readSyntax, withoutNodes, type CellSyntax } from './cell-text';
import { diagnosticsOf, metaProperties, missingSideEffects } from './check';
import type { BoundFile, Checker, Compiler } from './compiler';
import { emitCell } from './emit';
import { factsOf } from './facts';
import { frozenText, sameVariables } from './freeze';
import { LocalFiles } from './local-files';
import { cellMode } from './magic';
import { explainEvolving, explainModule } from './missing-module';
import type { Project } from './project';
import { problemsOf } from './problems';
import { Scope } from './scope';

/** How deep cells may rest on each other before their types are written out. */
const DEEP = 30;

interface Opened {
  readonly file: BoundFile;
  /** Takes back what was declared for all cells, where this one turns out to be wrong. */
  readonly undo: readonly (() => void)[];
}

/** A notebook's cells, one after the other: checks each with the declarations of those before it, and makes it runnable. */
export class Session {
  readonly scope: Scope;
  private readonly local: LocalFiles;

  constructor(
    readonly ts: Compiler,
    readonly project: Project,
  ) {
    this.scope = new Scope(ts);
    this.local = new LocalFiles(ts, project);
  }

  /** Checks and emits a cell. Its declarations are remembered when it is right, unless it is `transient`. */
  convert(code: string, transient = false): Conversion {
    const mode = cellMode(this.ts, code);
    if (mode.kind === 'problem') return { ok: false, problems: [mode.problem] };
    if (mode.kind === 'module') return this.local.addModule(mode.name, mode.jsx, code);
    const opened = this.open(code, true);
    const { file } = opened;
    const { checker } = this.project;
    const imported = this.local.reachable(specifiersOf(this.ts, file), file.resolvedModules);
    const diagnostics = [
      ...diagnosticsOf(this.ts, checker, file),
      ...metaProperties(this.ts, file),
      ...missingSideEffects(this.ts, file, (specifier) => this.project.leadsSomewhere(specifier)),
      ...imported.flatMap((each) => this.local.diagnosticsOf(each)),
    ];
    if (diagnostics.length > 0) return this.fail(opened, diagnostics);
    const facts = factsOf(this.ts, checker, file, (name) => this.project.isLocal(name));
    const emitted = emitCell(this.ts, file.text, this.project.options, facts);
    const files = this.local.emit(imported);
    if (transient) for (const undo of opened.undo) undo();
    else this.remember(file, checker);
    return { ok: true, ...emitted, files };
  }

  /** Two cells run in turn a thousand times would rest on each other a thousand deep, so now and then types are written out. */
  private remember(file: BoundFile, checker: Checker): void {
    const text = this.scope.depthOf(file, checker) > DEEP ? frozenText(this.ts, checker, file) : undefined;
    const frozen = text === undefined ? undefined : this.project.open(text, this.scope.parent);
    const same = frozen && diagnosticsOf(this.ts, checker, frozen).length === 0 && sameVariables(checker, file, frozen);
    this.scope.add(same ? frozen : file, checker);
  }

  /** A cell's file, ready for a look at it: what it imports is there, what it declares for all is known. */
  open(code: string, forGood: boolean): Opened {
    const { project } = this;
    project.prepare([]);
    let file = project.open(code, this.scope.parent);
    const syntax = readSyntax(this.ts, file);
    const undo: (() => void)[] = [];
    if (syntax.specifiers.length > 0 || syntax.modules.length > 0) {
      const wanted = [...syntax.specifiers, ...syntax.modules.map(({ name }) => name.text)];
      // a name that is still being typed is not worth a new program
      project.prepare(forGood ? wanted : wanted.filter((specifier) => project.leadsSomewhere(specifier)));
      const unknown = syntax.modules.filter(({ name }) => !project.hasTypes(name.text));
      if (unknown.length > 0 && forGood) undo.push(this.declareModules(file, unknown));
      file = project.open(unknown.length > 0 ? withoutNodes(file, unknown) : code, this.scope.parent);
    }
    if (!forGood) return { file, undo };
    const augmentations = augmentationsOf(readSyntax(this.ts, file));
    if (augmentations.length > 0) undo.push(project.augment(file, augmentations));
    return { file, undo };
  }

  private declareModules(file: BoundFile, declarations: readonly ts.ModuleDeclaration[]): () => void {
    const texts = declarations.map((node) => [node.name.text, node.getText(file)] as const);
    return this.project.declareModules(new Map(texts));
  }

  private fail({ file, undo }: Opened, diagnostics: readonly ts.Diagnostic[]): Conversion {
    const explain = (diagnostic: ts.Diagnostic): string | undefined =>
      explainModule(this.ts, diagnostic) ?? explainEvolving(diagnostic);
    const problems: Problem[] = problemsOf(this.ts, file, diagnostics, explain);
    for (const step of undo) step();
    return { ok: false, problems };
  }
}

function specifiersOf(ts: Compiler, file: BoundFile): readonly string[] {
  return readSyntax(ts, file).specifiers;
}

function augmentationsOf({ modules, globals }: CellSyntax): ts.Node[] {
  return [...modules, ...globals].map(({ name }) => name);
}
