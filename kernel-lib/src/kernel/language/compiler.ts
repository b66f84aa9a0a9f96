import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type ts from 'typescript';

/** The version whose compiler this thread was written against. */
export const TSLAB_VERSION = '1.0.22';
const COMPILER = '@tslab/typescript-for-tslab';

/** A source file as the binder and the checker keep it. */
export interface BoundFile extends ts.SourceFile {
  parent: BoundFile;
  path: string;
  locals?: Map<ts.__String, ts.Symbol>;
  symbol?: ts.Symbol;
  /** Every identifier that the text mentions. */
  identifiers: ReadonlyMap<string, string>;
  externalModuleIndicator?: ts.Node | true;
  parseDiagnostics: ts.Diagnostic[];
  bindDiagnostics: ts.Diagnostic[];
  commentDirectives?: readonly unknown[];
  checkJsDirective?: { readonly enabled: boolean };
  resolvedModules?: ResolvedModules;
  moduleAugmentations: readonly ts.Node[];
  imports: readonly ts.StringLiteralLike[];
}

/** What a file's module specifiers were resolved to. */
export interface ResolvedModules {
  get(specifier: string, mode: undefined): { readonly resolvedModule?: ts.ResolvedModuleFull } | undefined;
}

export interface Checker extends ts.TypeChecker {
  getDiagnostics(file: ts.SourceFile): readonly ts.Diagnostic[];
  tryFindAmbientModule(name: string): ts.Symbol | undefined;
  isUnknownSymbol(symbol: ts.Symbol): boolean;
  isTypeAssignableTo(source: ts.Type, target: ts.Type): boolean;
}

interface CommentDirectives {
  markUsed(line: number): boolean;
  getUnusedExpectations(): readonly { readonly range: ts.TextRange }[];
}

/** Nobody takes a question back once it is asked. */
export const noCancellation: ts.CancellationToken & { throwIfCancellationRequested(): void } = {
  isCancellationRequested: (): boolean => false,
  throwIfCancellationRequested: (): void => undefined,
};

/** What the compiler exports beyond its published types, and what tslab's authors added to it. */
interface Inner {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  createTypeChecker(program: ts.Program): Checker;
  createCommentDirectivesMap(file: ts.SourceFile, directives: readonly unknown[]): CommentDirectives;
  getSpellingSuggestion<T>(name: string, candidates: readonly T[], nameOf: (candidate: T) => string): T | undefined;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  getQuickInfoAtPosition(
    file: ts.SourceFile,
    checker: ts.TypeChecker,
    token: ts.CancellationToken,
    position: number,
  ): ts.QuickInfo | undefined;
  readonly Completions: {
    getCompletionsAtPosition(
      host: object,
      program: ts.Program,
      log: (message: string) => void,
      file: ts.SourceFile,
      position: number,
      preferences: ts.UserPreferences,
      trigger: undefined,
      kind: ts.CompletionTriggerKind,
      token: ts.CancellationToken,
      format: undefined,
      includeSymbol: boolean,
    ): ts.CompletionInfo | undefined;
  };
  readonly SignatureHelp: {
    getSignatureHelpItems(
      program: ts.Program,
      file: ts.SourceFile,
      position: number,
      reason: ts.SignatureHelpTriggerReason | undefined,
      token: ts.CancellationToken,
    ): ts.SignatureHelpItems | undefined;
  };
}

/** tslab's build of TypeScript. */
export type Compiler = typeof ts & Inner;

/**
 * Loads the compiler that tslab brings, with tslab's additions to it.
 *
 * @throws Error when tslab is missing or another version.
 */
export function loadCompiler(from: string = __filename): { readonly ts: Compiler; readonly folder: string } {
  const load = createRequire(from);
  let manifest: string;
  try {
    manifest = load.resolve('tslab/package.json');
  } catch {
    throw new Error(`The notebook kernel needs tslab ${TSLAB_VERSION}, which is not installed: run npm run setup.`);
  }
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  if (version !== TSLAB_VERSION) {
    throw new Error(`The notebook kernel needs tslab ${TSLAB_VERSION}, got ${version}: run npm run setup.`);
  }
  return { ts: createRequire(manifest)(COMPILER) as Compiler, folder: path.dirname(manifest) };
}
