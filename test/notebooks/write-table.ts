import fs from 'node:fs';
import path from 'node:path';
import { sourceOf, writeNotebook, type Notebook } from 'kernel-lib/notebook';
import { makeNotebook, project } from './make-notebook';
import { SMALL_HEAP, type Row } from './table';

export const slug = (name: string): string => name.replaceAll(/\W/g, '-');

/** Writes the notebooks of a table into `folder`, each with the kernel and the time that its row asks for. */
export function writeTable(folder: string, rows: Readonly<Record<string, Row>>): readonly string[] {
  return Object.entries(rows).map(([name, { cells, kernel, timeout }]) => {
    const file = path.join(folder, `${slug(name)}.ipynb`);
    const notebook = makeNotebook(cells);
    const { kernelspec } = notebook.metadata as { kernelspec: object };
    const metadata = {
      ...notebook.metadata,
      kernelspec: kernel === undefined ? kernelspec : { ...kernelspec, name: kernel },
      ...(timeout !== undefined && { execution: { timeout } }),
    };
    writeNotebook(file, { ...notebook, metadata });
    return file;
  });
}

/** An environment in which Jupyter also finds the project's kernel under `SMALL_HEAP`. */
export function withSmallHeap(folder: string): NodeJS.ProcessEnv {
  const data = path.join(folder, 'jupyter');
  const spec = path.join(data, 'kernels', SMALL_HEAP);
  fs.mkdirSync(spec, { recursive: true });
  const installed = path.join(project, '.venv/share/jupyter/kernels/tslab/kernel.json');
  const kernel = JSON.parse(fs.readFileSync(installed, 'utf8')) as Record<string, unknown>;
  const env = { NODE_OPTIONS: '--max-old-space-size=400' };
  fs.writeFileSync(path.join(spec, 'kernel.json'), JSON.stringify({ ...kernel, env }));
  return { ...process.env, JUPYTER_PATH: data };
}

/** What the cells of an executed notebook printed. */
export function printed({ cells }: Notebook): string {
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const streams = outputs.filter((output) => output.output_type === 'stream');
  return streams.map(({ text }) => sourceOf({ source: text as string | string[] })).join('');
}

/** The plain text of what an executed notebook shows as displays. */
export function displayed({ cells }: Notebook): string[] {
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const displays = outputs.filter((output) => output.output_type === 'display_data');
  return displays.map(({ data }) =>
    sourceOf({ source: (data as Record<string, string | string[]>)['text/plain'] ?? '' }),
  );
}
