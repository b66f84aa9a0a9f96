import fs from 'node:fs';
import path from 'node:path';
import { project } from './make-notebook';

export const STOCK = 'stock-tslab';

/** An environment in which Jupyter also finds tslab as it is published, under `STOCK`. */
export function withStockKernel(folder: string): NodeJS.ProcessEnv {
  const data = path.join(folder, 'jupyter');
  const spec = path.join(data, 'kernels', STOCK);
  fs.mkdirSync(spec, { recursive: true });
  const program = path.join(project, 'node_modules/tslab/bin/tslab');
  const argv = [process.execPath, program, 'kernel', '--config-path', '{connection_file}'];
  fs.writeFileSync(path.join(spec, 'kernel.json'), JSON.stringify({ argv, display_name: 'stock', language: 'typescript' })); // prettier-ignore
  return { ...process.env, JUPYTER_PATH: data };
}
