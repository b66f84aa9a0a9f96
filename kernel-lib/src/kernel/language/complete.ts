import type ts from 'typescript';
import type { Content } from '../link';
import { fromCodePoints, toCodePoints } from './code-points';
import { noCancellation, type Checker } from './compiler';
import { isCell } from './project';
import type { Session } from './session';

/** Above this many matches nobody reads signatures, and they take time. */
const SIGNED = 60;

// words of the text that the compiler knows nothing about
const WORDS: ReadonlySet<string> = new Set(['warning']);

interface Match {
  readonly entry: ts.CompletionEntry & { readonly symbol?: ts.Symbol };
  readonly start: number;
  readonly end: number;
}

export function emptyCompletion(content: Content): Content {
  const position = typeof content.cursor_pos === 'number' ? content.cursor_pos : 0;
  return { status: 'ok', matches: [], cursor_start: position, cursor_end: position, metadata: {} };
}

/** The content of `complete_reply` for that of `complete_request`. */
export function complete(session: Session, content: Content): Content {
  const code = String(content.code);
  const position = fromCodePoints(code, Number(content.cursor_pos));
  const { ts, project } = session;
  const { file } = session.open(code, false);
  const info = ts.Completions.getCompletionsAtPosition(
    project.languageHost,
    project.view(file),
    () => undefined,
    file,
    position,
    { includeCompletionsForModuleExports: false },
    undefined,
    ts.CompletionTriggerKind.Invoked,
    noCancellation,
    undefined,
    true,
  );
  const found = matches(session, code, position, info);
  const [first] = found;
  if (!first) return emptyCompletion(content);
  const signed = found.length <= SIGNED;
  const range = { start: toCodePoints(code, first.start), end: toCodePoints(code, first.end) };
  const types = found.map(({ entry }) => {
    const symbol = signed ? targetOf(session, project.checker, entry.symbol) : undefined;
    const signature = symbol && signatureOf(session, project.checker, symbol);
    const kind: string = entry.kind;
    const plain = symbol && kind === 'alias' ? targetType(session, symbol) : TYPES[kind];
    // most of TensorFlow.js's ops are constants that hold a function
    const type = signature !== undefined && plain !== 'method' ? 'function' : plain;
    return { text: entry.name, type: type ?? 'instance', ...range, ...(signature !== undefined && { signature }) };
  });
  return {
    status: 'ok',
    matches: types.map(({ text }) => text),
    cursor_start: range.start,
    cursor_end: range.end,
    metadata: { _jupyter_types_experimental: types },
  };
}

/** Entries that fit what is typed already, best first. */
function matches(session: Session, code: string, position: number, info: ts.CompletionInfo | undefined): Match[] {
  if (!info || info.entries.length === 0) return [];
  const word = wordAt(session, code, position);
  const span = info.optionalReplacementSpan ?? info.entries[0]?.replacementSpan ?? word;
  const start = Math.min(span.start, position);
  const end = Math.max(span.start + span.length, position);
  const typed = code.slice(start, position).toLowerCase();
  const seen = new Set<string>();
  const entries = info.entries.filter(({ name, kind }) => {
    if (seen.has(name) || WORDS.has(kind) || name.startsWith('__@')) return false;
    seen.add(name);
    return true;
  });
  const beginning = entries.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const fitting = beginning.length > 0 ? beginning : entries.filter(({ name }) => name.toLowerCase().includes(typed));
  const exact = code.slice(start, position);
  const rank = ({ name, sortText, symbol }: Match['entry']): string =>
    `${name.startsWith(exact) ? 0 : 1}${isOfCell(symbol) ? 0 : 1}${sortText}`;
  const ranked = fitting.map((entry) => ({ entry, key: rank(entry) }));
  ranked.sort((a, b) => compare(a.key, b.key) || compare(a.entry.name, b.entry.name));
  return ranked.map(({ entry }) => ({ entry, start, end }));
}

/** What the person declared comes before what Node brings. */
function isOfCell(symbol: ts.Symbol | undefined): boolean {
  return symbol?.declarations?.some((node) => isCell(node.getSourceFile())) ?? false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function wordAt({ ts }: Session, code: string, position: number): ts.TextSpan {
  const inWord = (at: number): boolean => ts.isIdentifierPart(code.charCodeAt(at), ts.ScriptTarget.ES2022);
  let start = position;
  while (start > 0 && inWord(start - 1)) start -= 1;
  let end = position;
  while (end < code.length && inWord(end)) end += 1;
  return { start, length: end - start };
}

/** What an imported name stands for. */
function targetOf({ ts }: Session, checker: Checker, symbol: ts.Symbol | undefined): ts.Symbol | undefined {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function targetType({ ts }: Session, { flags }: ts.Symbol): string {
  if (flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Method)) return 'function';
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Property)) return 'instance';
  return flags & ts.SymbolFlags.Type ? 'interface' : 'module';
}

function signatureOf({ ts }: Session, checker: Checker, symbol: ts.Symbol): string | undefined {
  const { Function, Method, Variable, Property } = ts.SymbolFlags;
  if ((symbol.flags & (Function | Method | Variable | Property)) === 0) return undefined;
  const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
  return signature && checker.signatureToString(signature);
}

/** TypeScript's kind of an entry in the words that front ends have icons for. */
const TYPES: Partial<Record<string, string>> = {
  function: 'function',
  'local function': 'function',
  method: 'method',
  construct: 'method',
  class: 'class',
  'local class': 'class',
  interface: 'interface',
  type: 'interface',
  'type parameter': 'interface',
  'primitive type': 'interface',
  enum: 'enum',
  'enum member': 'property',
  property: 'property',
  getter: 'property',
  setter: 'property',
  accessor: 'property',
  parameter: 'param',
  keyword: 'keyword',
  module: 'module',
  'external module name': 'module',
  alias: 'module',
  directory: 'path',
  script: 'path',
  string: 'string',
};
