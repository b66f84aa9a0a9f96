import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pool, readNotebook } from 'kernel-lib/notebook';
import { makeFolder, project, python } from './make-notebook';
import { FLOOD_BYTES, floodLine, table } from './table';
import { displayed, printed, slug, withSmallHeap, writeTable } from './write-table';

interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  /** The exception's type. */
  readonly error?: string;
  readonly ename?: string | null;
  readonly text?: string;
}
interface Finished {
  readonly status: number;
  readonly out: string;
}

const bin = path.join(project, '.venv/bin');
let folder: string;
let files: readonly string[];
let env: NodeJS.ProcessEnv;
const fileOf = (name: string): string => path.join(folder, `${slug(name)}.ipynb`);
const outOf = (tool: string, name: string): string => path.join(folder, tool, `${slug(name)}.ipynb`);

beforeAll(() => {
  folder = makeFolder();
  env = withSmallHeap(folder);
  files = writeTable(folder, table);
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function run(program: string, ...args: string[]): Promise<Finished> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      ...{ cwd: folder, env, maxBuffer: 1e9 },
      // a kernel that outlives its tool would hold the pipe open for ever
      ...{ timeout: 900_000, killSignal: 'SIGKILL' },
    });
    return { status: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout + stderr };
  }
}

/** Every notebook of the table through a tool's API: what its command line calls, without its start for each. */
async function throughApi(tool: string): Promise<Map<string, Verdict>> {
  const script = path.join(import.meta.dirname, 'tools.py');
  const halves = [files.filter((_, index) => index % 2 === 0), files.filter((_, index) => index % 2 === 1)];
  const told = await pool(halves, 2, (half) => run(python, script, tool, path.join(folder, tool), ...half));
  for (const { out } of told) {
    const stuck = out.indexOf(`${tool} was stuck`);
    if (stuck >= 0) console.warn(out.slice(stuck));
  }
  const lines = told.flatMap(({ out }) => out.split('\n').filter((line) => line.startsWith('{"name"')));
  return new Map(lines.map((line) => JSON.parse(line) as Verdict).map((verdict) => [verdict.name, verdict]));
}

describe.each(['nbclient', 'nbconvert', 'papermill'])('%s', (tool) => {
  let verdicts: Map<string, Verdict>;
  beforeAll(async () => {
    verdicts = await throughApi(tool);
  }, 1_000_000);

  it.each(Object.entries(table))('has the right verdict of: %s', (name, { fails, prints }) => {
    const verdict = verdicts.get(slug(name));
    expect(verdict?.passed, verdict?.text ?? 'no verdict at all').toBe(!fails);
    if (fails?.kind === 'dead kernel') expect(verdict?.error).toMatch(/DeadKernelError|RuntimeError/);
    if (fails?.kind === 'cell timeout') expect(verdict?.error).toMatch(/Timeout/);
    if (fails?.error) {
      const [ename, message] = fails.error;
      expect(verdict?.ename).toBe(ename);
      expect(verdict?.text).toContain(message);
    }
    if (prints !== undefined) expect(printed(readNotebook(outOf(tool, name)))).toBe(prints);
  });

  it('keeps all of 100 MB', () => {
    const text = printed(readNotebook(outOf(tool, '100 MB of output')));
    expect(text.length).toBe(FLOOD_BYTES);
    const width = floodLine(0).length;
    for (let line = 0; line * width < FLOOD_BYTES; line++) {
      const found = text.slice(line * width, (line + 1) * width);
      if (found !== floodLine(line)) expect(found).toBe(floodLine(line));
    }
  });

  it('shows a display as it was last', () => {
    expect(displayed(readNotebook(outOf(tool, 'display updates')))).toEqual(['last']);
  });
});

describe('pytest --nbmake', () => {
  let cases: Map<string, string>;
  let status: number;
  beforeAll(async () => {
    const report = path.join(folder, 'nbmake.xml');
    const args = [
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      '--nbmake',
      '--nbmake-timeout=120',
      `--junitxml=${report}`,
    ];
    ({ status } = await run(python, ...args, ...files));
    const xml = fs.readFileSync(report, 'utf8');
    const found = xml.matchAll(/<testcase [^>]*?name="([\w-]+)(?:\.ipynb)?"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs);
    cases = new Map([...found].map(([, name = '', body = '']) => [name, body]));
  }, 1_000_000);

  it.each(Object.entries(table))('has the right verdict of: %s', (name, { fails }) => {
    const body = cases.get(slug(name));
    expect(body, 'no verdict at all').toBeDefined();
    expect(/<(?:failure|error)/.test(body ?? ''), body).toBe(Boolean(fails));
    if (fails?.error) expect(body).toContain(fails.error[1]);
    if (fails?.kind === 'dead kernel') expect(body).toContain('DeadKernelError');
    if (fails?.kind === 'cell timeout') expect(body).toContain('timed out');
  });

  it('exits with 1', () => {
    expect(status).toBe(1);
  });
});

describe('the command line', { timeout: 200_000 }, () => {
  const commands: Record<string, (file: string) => [string, ...string[]]> = {
    'jupyter execute': (file) => [`${bin}/jupyter-execute`, file],
    nbconvert: (file) => [`${bin}/jupyter-nbconvert`, '--to', 'html', '--execute', '--output-dir', 'converted', file],
    papermill: (file) => [`${bin}/papermill`, file, `${file}.out`],
    'pytest --nbmake': (file) => [python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--nbmake', file],
  };

  it.each(Object.entries(commands))(
    '%s exits with 0 for a good notebook, and tells of a rejection',
    async (_, command) => {
      const [good, rejected] = await pool(['good', 'floating rejection'], 2, (name) => run(...command(fileOf(name))));
      expect(good?.status, good?.out).toBe(0);
      expect(rejected?.status, rejected?.out).not.toBe(0);
      expect(rejected?.out).toMatch(/TypeError: .*floating/);
    },
  );
});
