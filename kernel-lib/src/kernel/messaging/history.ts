import type { Content } from '../link';
import { booleanField, integerField, RequestError, stringField } from './fields';
import { glob } from './glob';
import type { HistoryFile } from './history-file';

interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  /** The text of the result; kept for this session only. */
  readonly output?: string | undefined;
}

const KEPT = 10_000;
const MAX_OUTPUT = 10_000;

/**
 * The cells that were run, for `history_request`. Sessions are numbered in the order in which they first ran a cell; this one
 * comes after all that were there when history was first asked for. TypeScript has no transformed input: raw or not is the same.
 */
export class History {
  private own: { readonly id: string; readonly line: number; readonly input: string; output?: string }[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly session: string,
    private readonly file: Pick<HistoryFile, 'append' | 'read'>,
  ) {}

  /** @param id the execute request that ran it. */
  add(id: string, line: number, input: string): void {
    if (input.trim() === '') return;
    this.own.push({ id, line, input });
    if (this.own.length > KEPT) this.own.shift();
    this.file.append({ session: this.session, line, input });
  }

  /** The result of a cell that was added. */
  setOutput(id: string, output: string): void {
    const entry = this.own.findLast((entry) => entry.id === id);
    if (entry) entry.output = output.slice(0, MAX_OUTPUT);
  }

  /**
   * The content of a `history_reply`.
   * @throws RequestError for a content that is no history request's.
   */
  async answer(content: Content): Promise<Content> {
    const output = booleanField(content, 'output', false);
    const found = select(content, await this.entries(), this.number);
    const history = found.map(({ session, line, input, output: text }) => [
      session,
      line,
      output ? [input, text ?? null] : input,
    ]);
    return { status: 'ok', history };
  }

  private get number(): number {
    return this.numbers.get(this.session) ?? 0;
  }

  /** Everything, oldest first. */
  private async entries(): Promise<Entry[]> {
    const earlier = (await this.file.read()).filter(({ session }) => session !== this.session);
    const first = this.numbers.size === 0;
    for (const { session } of earlier) this.numberOf(session);
    // another kernel that begins later has a higher number than this one
    if (first) this.numberOf(this.session);
    const entries: Entry[] = earlier.map(({ session, line, input }) => ({
      session: this.numberOf(session),
      line,
      input,
    }));
    for (const { line, input, output } of this.own) entries.push({ session: this.number, line, input, output });
    return entries.sort((a, b) => a.session - b.session || a.line - b.line);
  }

  private numberOf(session: string): number {
    const number = this.numbers.get(session) ?? this.numbers.size + 1;
    this.numbers.set(session, number);
    return number;
  }
}

function select(content: Content, entries: Entry[], current: number): Entry[] {
  const access = stringField(content, 'hist_access_type');
  if (access === 'range') return range(content, entries, current);
  if (access === 'tail') return tail(entries, integerField(content, 'n', undefined));
  if (access === 'search') return search(content, entries);
  throw new RequestError(`The request needs hist_access_type as range, tail or search, got ${JSON.stringify(access)}.`);
}

/** Lines `start` up to but not including `stop`; negative ones count from the session's end, and so do sessions from this one. */
function range(content: Content, entries: Entry[], current: number): Entry[] {
  const asked = integerField(content, 'session', 0);
  const session = asked > 0 ? asked : current + asked;
  const lines = entries.filter((entry) => entry.session === session);
  const end = (lines.at(-1)?.line ?? 0) + 1;
  const fromEnd = (line: number): number => (line < 0 ? line + end : line);
  const start = fromEnd(integerField(content, 'start', 0));
  const stop = fromEnd(integerField(content, 'stop', end));
  return lines.filter(({ line }) => start <= line && line < stop);
}

function tail(entries: Entry[], n: number | undefined): Entry[] {
  return n === undefined ? entries : entries.slice(Math.max(0, entries.length - Math.max(0, n)));
}

function search(content: Content, entries: Entry[]): Entry[] {
  const matches = glob(stringField(content, 'pattern', '*'));
  const found = entries.filter(({ input }) => matches(input));
  const unique = booleanField(content, 'unique', false);
  return tail(unique ? newestOfEach(found) : found, integerField(content, 'n', undefined));
}

function newestOfEach(entries: Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries
    .toReversed()
    .filter(({ input }) => !seen.has(input) && seen.add(input))
    .reverse();
}
