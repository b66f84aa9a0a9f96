import type ts from 'typescript';
import type { BoundFile, Checker, Compiler } from './compiler';

/** What a name may stand for: a value, a type, a namespace. */
type Meanings = number;
const VALUE = 1;
const TYPE = 2;
const NAMESPACE = 4;
const ALL = VALUE | TYPE | NAMESPACE;

interface Entry {
  readonly symbol: ts.Symbol;
  readonly meanings: Meanings;
}

type Layers = readonly BoundFile[];

/**
 * The names that earlier cells have declared. The checker looks a name up in a file, then in the file's `parent`; cells are files,
 * so their parent is made to be this scope. A name can stand for a value of one cell and a type of another: each further meaning
 * goes to a further layer, a file of its own without text.
 */
export class Scope {
  private readonly entries = new Map<ts.__String, readonly Entry[]>();
  private readonly live: Layers;
  private readonly depths = new WeakMap<ts.SourceFile, number>();

  constructor(private readonly ts: Compiler) {
    this.live = chain([this.layer(), this.layer(), this.layer()]);
  }

  /** The parent of a cell that is checked now. */
  get parent(): BoundFile | undefined {
    return this.live[0];
  }

  /** How many cells, each seen by the next, the meaning of a cell's text rests on. */
  depthOf(file: BoundFile, checker: Checker): number {
    const seen = this.entriesSeenBy(file, this.declarations(file, checker)).flatMap(([, entries]) => entries);
    const depths = seen.flatMap(({ symbol }) => symbol.declarations ?? []).map((node) => node.getSourceFile());
    return 1 + Math.max(0, ...depths.map((source) => this.depths.get(source) ?? 0));
  }

  /** Adds a cell's declarations, which hide earlier ones of the same meaning; from now on it sees the scope as it was. */
  add(file: BoundFile, checker: Checker): void {
    const own = this.declarations(file, checker);
    this.depths.set(file, this.depthOf(file, checker));
    const seen = this.seenBy(file, own);
    if (seen) file.parent = seen;
    for (const [name, entry] of own) {
      const hidden = this.entries.get(name) ?? [];
      let covered = entry.meanings;
      const kept = [entry];
      for (const earlier of hidden) {
        if ((earlier.meanings & ~covered) === 0) continue;
        covered |= earlier.meanings;
        kept.push(earlier);
      }
      this.entries.set(name, kept);
      this.live.forEach((layer, index) => {
        const symbol = kept[index]?.symbol;
        if (symbol) layer.locals?.set(name, symbol);
        else layer.locals?.delete(name);
      });
    }
  }

  /**
   * The part of the scope that a cell's text can mean, as it is now. Nothing else may be reachable from a cell, or every cell
   * would keep all that ever stood before it.
   */
  private seenBy(file: BoundFile, own: ReadonlyMap<ts.__String, Entry>): BoundFile | undefined {
    const layers: BoundFile[] = [];
    for (const [name, entries] of this.entriesSeenBy(file, own)) {
      entries.forEach(({ symbol }, index) => (layers[index] ??= this.layer()).locals?.set(name, symbol));
    }
    return chain(layers)[0];
  }

  private entriesSeenBy(
    file: BoundFile,
    own: ReadonlyMap<ts.__String, Entry>,
  ): (readonly [name: ts.__String, entries: readonly Entry[]])[] {
    return [...file.identifiers.keys()].map((text) => {
      const name = this.ts.escapeLeadingUnderscores(text);
      const hidden = own.get(name)?.meanings ?? 0;
      return [name, (this.entries.get(name) ?? []).filter(({ meanings }) => (meanings & ~hidden) !== 0)];
    });
  }

  private declarations(file: BoundFile, checker: Checker): Map<ts.__String, Entry> {
    const own = new Map<ts.__String, Entry>();
    file.locals?.forEach((symbol, name) => {
      const { exportSymbol } = symbol as ts.Symbol & { exportSymbol?: ts.Symbol };
      const declared = exportSymbol ?? symbol;
      const meanings = this.meaningsOf(declared, checker);
      if (meanings !== 0) own.set(name, { symbol: declared, meanings });
      own.set(name, { symbol: declared, meanings: this.meaningsOf(declared, checker) });
    });
    return own;
  }

  private meaningsOf(symbol: ts.Symbol, checker: Checker): Meanings {
    const { SymbolFlags } = this.ts;
    let { flags } = symbol;
    if (flags & SymbolFlags.Alias) {
      const target = checker.getAliasedSymbol(symbol);
      if (checker.isUnknownSymbol(target)) return ALL;
      flags |= target.flags;
    }
    const meaning = (mask: ts.SymbolFlags, bit: number): number => ((flags & mask) === 0 ? 0 : bit);
    return (
      meaning(SymbolFlags.Value, VALUE) | meaning(SymbolFlags.Type, TYPE) | meaning(SymbolFlags.Namespace, NAMESPACE)
    );
  }

  private layer(): BoundFile {
    const file = this.ts.createSourceFile('/__scope__.ts', 'export {}', this.ts.ScriptTarget.ES2022) as BoundFile;
    this.ts.bindSourceFile(file, {});
    file.locals = new Map();
    return file;
  }
}

function chain(layers: BoundFile[]): Layers {
  layers.forEach((layer, index) => {
    const next = layers[index + 1];
    if (next) layer.parent = next;
  });
  return layers;
}
