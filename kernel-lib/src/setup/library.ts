import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command';
import { diskFull, saysDiskFull } from './disk';
import { SetupError, type Report } from './report';
import { hasStamp, writeStamp, type Stamp } from './stamp';

export interface LibraryOptions {
  /** The project's folder, which holds `kernel-lib` and `node_modules`. */
  readonly project: string;
  readonly report: Report;
}

/**
 * Compiles `kernel-lib/src` into `kernel-lib/dist` when a source, a tsconfig or the compiler changed. The compiler writes to
 * `build/`, and `dist` is replaced by rename once all of it compiled: a failed build leaves the last good one, and says so.
 *
 * @throws {SetupError} with the compiler's first error.
 */
export async function buildLibrary({ project, report }: LibraryOptions): Promise<void> {
  report.start('Library');
  const dist = path.join(project, 'kernel-lib/dist');
  const stamp = libraryStamp(project);
  if (hasStamp(path.join(dist, stampName), stamp)) {
    report.done('already there');
    return;
  }
  const fresh = path.join(project, 'build/kernel-lib.part');
  const old = path.join(project, 'build/kernel-lib.old');
  for (const folder of [fresh, old]) fs.rmSync(folder, { recursive: true, force: true });
  await compile(project, fresh);
  writeStamp(path.join(fresh, stampName), stamp);
  if (fs.existsSync(dist)) fs.renameSync(dist, old);
  fs.renameSync(fresh, dist);
  fs.rmSync(old, { recursive: true, force: true });
  report.done('compiled');
}

const stampName = '.unrolled.json';

async function compile(project: string, outDir: string): Promise<void> {
  const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
  const options = ['--outDir', outDir, '--noEmitOnError', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  const args = [compiler, '-p', 'kernel-lib', '--pretty', 'false', ...options];
  const { code, output } = await runCommand(process.execPath, args, { cwd: project, env: process.env });
  if (code === 0) return;
  if (saysDiskFull(output)) throw diskFull('the compiled library', 0.1e9);
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new SetupError(
    `kernel-lib does not compile: ${errors[0] ?? output.trim()}${more}; mend it, or see all with \`npm run typecheck\`.`,
  );
}

/** Content, not times: a checkout changes times, and a change back is no change. */
function libraryStamp(project: string): Stamp {
  const hash = createHash('sha256');
  const configs = ['tsconfig.json', 'kernel-lib/tsconfig.json', 'node_modules/typescript/package.json'];
  for (const name of [...configs, ...sources(project)]) {
    const content = fs.readFileSync(path.join(project, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return { sources: hash.digest('hex') };
}

function sources(project: string): string[] {
  const entries = fs.readdirSync(path.join(project, 'kernel-lib/src'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(project, path.join(entry.parentPath, entry.name)))
    .sort();
}
