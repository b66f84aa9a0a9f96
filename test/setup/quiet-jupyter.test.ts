import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const venv = path.resolve(import.meta.dirname, '../../.venv');
const own = path.resolve(import.meta.dirname, '../../kernel-lib/jupyter/config');
const readJson = (file: string): unknown => JSON.parse(fs.readFileSync(file, 'utf8'));

interface ServerConfig {
  readonly ServerApp: { readonly jpserver_extensions: Record<string, boolean> };
}

const extensions = (file: string): Record<string, boolean> =>
  (readJson(file) as ServerConfig).ServerApp.jpserver_extensions;

/** What nbgrader and the notebook package, installed for their command lines, would add to a student's page. */
describe("JupyterLab's pages are free of", () => {
  const folder = path.join(venv, 'etc/jupyter/jupyter_server_config.d');

  it.each(['nbgrader', 'notebook'])('what %s adds to the server', (name) => {
    const added = extensions(path.join(folder, `${name}.json`));
    const off = extensions(path.join(own, 'jupyter_server_config.d/unrolled.json'));
    expect(Object.keys(added)).not.toEqual([]);
    for (const extension of Object.keys(added)) expect(off[extension], extension).toBe(false);
    // Jupyter reads them by name, and the last one counts
    expect([`${name}.json`, 'unrolled.json'].toSorted().at(-1)).toBe('unrolled.json');
  });

  it.each(['@jupyter/nbgrader', '@jupyter-notebook/lab-extension'])('what %s adds to the page', (extension) => {
    expect(fs.existsSync(path.join(venv, 'share/jupyter/labextensions', extension, 'package.json'))).toBe(true);
    const { disabledExtensions } = readJson(path.join(own, 'labconfig/page_config.d/unrolled.json')) as {
      disabledExtensions: Record<string, boolean>;
    };
    expect(disabledExtensions[extension]).toBe(true);
  });
});
