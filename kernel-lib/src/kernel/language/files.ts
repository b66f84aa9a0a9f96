import fs from 'node:fs';
import type ts from 'typescript';
import type { BoundFile, Compiler } from './compiler';

interface Known {
  readonly file: BoundFile;
  readonly stamp: string;
}

/**
 * Source files for the compiler, each parsed once and again only when it has changed. Nothing is watched: `outdated` looks, so that
 * an edit is seen at the next cell whatever the file system tells of itself.
 */
export class SourceFiles {
  private readonly known = new Map<string, Known>();
  private readonly virtual = new Map<string, string>();

  constructor(private readonly ts: Compiler) {}

  /** Gives a file a text that is not on disk; undefined takes it away. Says whether that changed anything. */
  setText(name: string, text: string | undefined): boolean {
    if (this.virtual.get(name) === text) return false;
    if (text === undefined) this.virtual.delete(name);
    else this.virtual.set(name, text);
    this.known.delete(name);
    return true;
  }

  overlaid(name: string): string | undefined {
    return this.virtual.get(name);
  }

  textOf(name: string): string | undefined {
    return this.virtual.get(name) ?? this.ts.sys.readFile(name);
  }

  exists(name: string): boolean {
    return this.virtual.has(name) || this.ts.sys.fileExists(name);
  }

  get(name: string, options: ts.CreateSourceFileOptions | ts.ScriptTarget): BoundFile | undefined {
    const known = this.known.get(name);
    if (known) return known.file;
    // the stamp is taken first: an edit between the two readings is then seen as one
    const stamp = this.virtual.has(name) ? '' : stampOf(name);
    const text = this.textOf(name);
    if (text === undefined) return undefined;
    const file = this.ts.createSourceFile(name, text, options) as BoundFile;
    this.known.set(name, { file, stamp });
    return file;
  }

  /** Forgets the files that are not on disk any more as they were read. Says whether there were any. */
  forgetOutdated(): boolean {
    let outdated = false;
    for (const [name, { file, stamp }] of this.known) {
      if (this.virtual.has(name) || name.includes('/node_modules/')) continue;
      // a quick second edit can leave time and size as they were, so what a person edits is compared as text
      const same = file.isDeclarationFile ? stampOf(name) === stamp : this.ts.sys.readFile(name) === file.text;
      if (same) continue;
      this.known.delete(name);
      outdated = true;
    }
    return outdated;
  }
}

function stampOf(name: string): string {
  const stats = fs.statSync(name, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.mtimeNs} ${stats.size} ${stats.ino}` : '';
}
