import fs from 'node:fs';
import path from 'node:path';

export interface JupyterEnvironment extends NodeJS.ProcessEnv {
  readonly JUPYTER_RUNTIME_DIR: string;
}

/** Neither a question about news nor a look for updates when JupyterLab opens. */
const settings = {
  '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false },
};

/**
 * The environment in which the project's Jupyter runs: its settings, its trusted notebooks and its running servers lie under
 * `build/jupyter`, so that the user's own Jupyter is neither read nor written. What belongs to `.venv` comes with `.venv`.
 */
export function jupyterEnvironment(project: string, env: NodeJS.ProcessEnv = process.env): JupyterEnvironment {
  const folder = path.join(project, 'build/jupyter');
  const config = path.join(folder, 'config');
  fs.mkdirSync(path.join(config, 'labconfig'), { recursive: true });
  writeIfOther(path.join(config, 'labconfig/default_setting_overrides.json'), `${JSON.stringify(settings, null, 2)}\n`);
  return {
    ...env,
    JUPYTER_PATH: undefined,
    JUPYTER_CONFIG_PATH: undefined,
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: path.join(folder, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
    IPYTHONDIR: path.join(folder, 'ipython'),
  };
}

function writeIfOther(file: string, text: string): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  fs.writeFileSync(`${file}.${process.pid}.part`, text);
  fs.renameSync(`${file}.${process.pid}.part`, file);
}
