import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { writeWhole } from '../files/write-whole';
import { profile } from './profile';
import { resultFile } from './result-file';

/**
 * What a long run has found out and the project keeps: `bench/results/NAME.json` of the clone, as plain data. Undefined where there
 * is none, as where kernel-lib was installed as a package.
 *
 * @throws Error for a name that is no plain file name
 */
export function recorded(name: string): unknown {
  const file = resultFile('recorded', '.', name, 'json');
  return file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;
}

/**
 * Keeps what a chapter has found out in the full profile for {@link recorded}, with the machine and the date: `bench/results/NAME.json`
 * of the clone. In the quick profile, and where kernel-lib was installed as a package, it keeps nothing.
 *
 * @throws Error for a name that is no plain file name
 */
export async function record(name: string, found: Readonly<Record<string, unknown>>): Promise<void> {
  const file = resultFile('record', '.', name, 'json');
  if (file === undefined || profile() !== 'full') return;
  const cpus = os.cpus();
  const machine = {
    processor: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
  await writeWhole(file, [Buffer.from(`${JSON.stringify({ ...found, machine }, null, 1)}\n`)]);
}
