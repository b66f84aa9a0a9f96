import fs from 'node:fs';
import path from 'node:path';

/** The chapters of a folder, in order. */
export function listNotebooks(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
  return names.sort().map((name) => path.join(folder, name));
}

/**
 * The notebooks that `wanted` names: by a prefix of a chapter's name ("02"), or as a path; all when it names none.
 * @throws Error listing what there is, when a name matches nothing.
 */
export function selectNotebooks(folder: string, wanted: readonly string[]): string[] {
  const all = listNotebooks(folder);
  if (wanted.length === 0) return all;
  const chosen = wanted.flatMap((name) => {
    if (name.endsWith('.ipynb') && fs.existsSync(name)) return [path.resolve(name)];
    const matches = all.filter((file) => path.basename(file).startsWith(name));
    if (matches.length > 0) return matches;
    const there = all.map((file) => path.basename(file, '.ipynb')).join(', ') || 'none';
    throw new Error(
      `No notebook is called ${name}: expected a prefix of a chapter's name or a path. There are: ${there}.`,
    );
  });
  return [...new Set(chosen)];
}
