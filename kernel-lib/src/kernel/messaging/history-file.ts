import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isContent } from './malformed';

/** A cell that was run, of any session. */
export interface FileEntry {
  readonly session: string;
  readonly line: number;
  readonly input: string;
}

const KEPT_ENTRIES = 10_000;
// the file is cut only now and then, when so many are over
const SLACK = 1000;
const KEPT_CHARACTERS = 16 << 20;
const MAX_INPUT = 100_000;
const STALE_LOCK_MS = 10_000;

/** Where the history of all kernels of this user lives, whatever Jupyter's own folders are. */
export function historyPath(environment: NodeJS.ProcessEnv = process.env): string {
  const { UNROLLED_CACHE: cache, XDG_STATE_HOME: state } = environment;
  const folder = cache ?? path.join(state ?? path.join(os.homedir(), '.local/state'), 'unrolled');
  return path.join(folder, 'history.jsonl');
}

/**
 * The history of all kernels: one JSON object a line, only ever appended to, a write a line, so that kernels that run at the
 * same time mix lines but break none. Where it cannot be read or written it is empty and stays so.
 */
export class HistoryFile {
  private work: Promise<void> = Promise.resolve();
  private writable = true;
  private lines = 0;
  private cache: { readonly stamp: string; readonly entries: readonly FileEntry[] } | undefined;

  constructor(
    private readonly file: string,
    private readonly kept: number = KEPT_ENTRIES,
    private readonly slack: number = SLACK,
  ) {}

  append(entry: FileEntry): void {
    // a pasted data set is nothing to search through
    if (entry.input.length > MAX_INPUT) return;
    this.enqueue(() => this.write(entry));
  }

  /** The newest entries, oldest first. */
  async read(): Promise<readonly FileEntry[]> {
    await this.work;
    try {
      const { ino, size, mtimeMs } = await fs.stat(this.file);
      const stamp = `${ino} ${size} ${mtimeMs}`;
      if (this.cache?.stamp !== stamp) {
        this.cache = { stamp, entries: parse(await fs.readFile(this.file, 'utf8')).slice(-this.kept) };
      }
      return this.cache.entries;
    } catch {
      return [];
    }
  }

  /** When everything appended so far is written. */
  async flushed(): Promise<void> {
    await this.work;
  }

  private enqueue(task: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (!this.writable) return;
      try {
        await task();
      } catch {
        this.writable = false;
      }
    });
  }

  private async write(entry: FileEntry): Promise<void> {
    if (this.lines === 0) await this.open();
    await fs.appendFile(this.file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    this.lines += 1;
    if (this.lines > this.kept + this.slack) await this.cut();
  }

  /** Counts the lines, and ends one that a crash left half written. */
  private async open(): Promise<void> {
    await fs.mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const text = await fs.readFile(this.file, 'utf8').catch(() => '');
    if (text !== '' && !text.endsWith('\n')) await fs.appendFile(this.file, '\n');
    this.lines = text.split('\n').length;
    if (text.length > 2 * KEPT_CHARACTERS) await this.cut();
  }

  /** Leaves the newest entries only. One kernel at a time; what others append meanwhile comes along. */
  private async cut(): Promise<void> {
    const lock = `${this.file}.lock`;
    if (!(await acquire(lock))) return;
    try {
      const before = await fs.open(this.file, 'r');
      try {
        const whole = await before.readFile();
        const entries = newest(parse(whole.toString()).slice(-this.kept));
        const temporary = `${this.file}.${process.pid}.new`;
        await fs.writeFile(temporary, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
        await fs.rename(temporary, this.file);
        // a kernel that had the old file open when it was replaced wrote its line there
        const late = await before.readFile();
        if (late.length > 0) await fs.appendFile(this.file, late);
        this.lines = entries.length;
      } finally {
        await before.close();
      }
    } finally {
      await fs.rm(lock, { force: true });
    }
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    await (await fs.open(lock, 'wx')).close();
    return true;
  } catch {
    const age = Date.now() - (await fs.stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > STALE_LOCK_MS) await fs.rm(lock, { force: true });
    return false;
  }
}

function newest(entries: readonly FileEntry[]): readonly FileEntry[] {
  let characters = 0;
  const first = entries.findLastIndex(({ input }) => (characters += input.length) > KEPT_CHARACTERS);
  return entries.slice(first + 1);
}

function parse(text: string): FileEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const entry: unknown = JSON.parse(line);
      return isEntry(entry) ? [entry] : [];
    } catch {
      return [];
    }
  });
}

function isEntry(value: unknown): value is FileEntry {
  if (!isContent(value)) return false;
  const { session, line, input } = value;
  return typeof session === 'string' && typeof line === 'number' && typeof input === 'string';
}
