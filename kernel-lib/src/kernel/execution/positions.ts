import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';

/** A place in something that a person wrote; line and column count from 1. */
export interface Position {
  /** "cell [3]", or the path of a file. */
  readonly label: string;
  readonly line: number;
  readonly column: number;
  readonly source: string;
}

interface Script {
  readonly label: string;
  readonly map: string;
  readonly source: string;
  decoded?: SourceMap;
}

// the kernel's own frames, and the inspector's through which it calls a cell, say nothing about the student's code
const kernelFolder = path.dirname(__dirname);
const inner = (file: string): boolean => file.startsWith(kernelFolder) || file === 'node:inspector';

/** Knows, of every script that the kernel runs, the TypeScript that it came from. */
export class Positions {
  private readonly scripts = new Map<string, Script>();

  /** From now on `name` in a stack stands for `source`, which the reader knows as `label`. */
  add(name: string, script: Script): void {
    this.scripts.set(name, script);
  }

  find(name: string, line: number, column: number): Position | undefined {
    const script = this.scripts.get(name);
    if (!script) return undefined;
    script.decoded ??= new SourceMap(JSON.parse(script.map) as SourceMapPayload);
    const entry = script.decoded.findEntry(line - 1, column - 1);
    if (!('originalLine' in entry)) return undefined;
    const { label, source } = script;
    return { label, source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  /**
   * Makes every stack that is read from now on name cells and lines of TypeScript, whoever reads it. The newest position of an
   * error is kept for `positionOf`.
   */
  install(): void {
    Error.prepareStackTrace = (error, frames): string => {
      const lines = this.own(frames).map((frame) => this.frameText(frame));
      const top = frames.map((frame) => this.framePosition(frame)).find((position) => position !== undefined);
      if (top) this.tops.set(error, top);
      return [head(error), ...lines.map((line) => `    at ${line}`)].join('\n');
    };
  }

  private readonly tops = new WeakMap<object, Position>();

  /** The innermost place in a cell or a local file that an error went through. */
  positionOf(error: { readonly stack: unknown }): Position | undefined {
    // a stack is made at its first reading, and its place is known from then on
    return error.stack === undefined ? undefined : this.tops.get(error);
  }

  /**
   * What a person wrote and what that called; below it stands only who called it. Where nothing is a person's, all of it but the
   * kernel's own.
   */
  private own(frames: NodeJS.CallSite[]): NodeJS.CallSite[] {
    const last = frames.findLastIndex((frame) => this.framePosition(frame) !== undefined);
    const above = last === -1 ? frames : frames.slice(0, last + 1);
    return above.filter((frame) => !inner(frame.getScriptNameOrSourceURL() ?? ''));
  }

  private framePosition(frame: NodeJS.CallSite): Position | undefined {
    const name = frame.getScriptNameOrSourceURL();
    return name ? this.find(name, frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1) : undefined;
  }

  private frameText(frame: NodeJS.CallSite): string {
    const text = (frame as { toString(): string }).toString();
    const position = this.framePosition(frame);
    if (!position) return text;
    const name = frame.getScriptNameOrSourceURL() ?? '';
    const place = `${name}:${frame.getLineNumber() ?? 1}:${frame.getColumnNumber() ?? 1}`;
    return text.replace(place, () => `${position.label}:${position.line}:${position.column}`);
  }
}

function head(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}
