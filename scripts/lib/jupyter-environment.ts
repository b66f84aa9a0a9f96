import path from 'node:path';
import { holds, writeWhole } from 'kernel-lib/setup';

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
  const file = path.join(config, 'labconfig/default_setting_overrides.json');
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  if (!holds(file, text)) writeWhole(file, text);
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
