import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Surroundings } from 'kernel-lib/data/folders';
import { temporaryFolder } from './corpus-server';

export interface Machine extends Surroundings {
  readonly datasets: string;
  readonly downloads: string;
  readonly cache: string;
}

/** A machine with nothing on it yet: three folders where a corpus may lie. */
export async function machine(more: Record<string, string> = {}): Promise<Machine> {
  const root = await temporaryFolder();
  const datasets = path.join(root, 'shared');
  const project = path.join(root, 'project');
  const downloads = path.join(project, 'datasets', 'downloads');
  await mkdir(datasets);
  await mkdir(path.join(project, 'datasets'), { recursive: true });
  const env = { UNROLLED_DATASETS: datasets, HOME: root, XDG_CACHE_HOME: path.join(root, 'cache'), ...more };
  return { env, project, datasets, downloads, cache: path.join(root, 'cache', 'unrolled', 'datasets') };
}
