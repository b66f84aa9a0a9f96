import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isDiskFull } from './disk';
import { SetupError, type Report } from './report';

export interface JupyterAssetsOptions {
  /** The project's folder, which holds `kernel-lib` and `node_modules`. */
  readonly project: string;
  /** The project's own Python environment; the user's Jupyter is never touched. */
  readonly venv: string;
  readonly report: Report;
}

interface Asset {
  readonly from: string;
  /** Below the environment's folder. */
  readonly to: string;
}

const EXTENSION = 'share/jupyter/labextensions/unrolled-plotly';
const TEMPLATE = 'share/jupyter/nbconvert/templates/unrolled';

/** What pip would write beside the module; papermill finds it by its entry point. */
const DISTRIBUTION = ['METADATA', 'RECORD', 'entry_points.txt'].map(
  (file) => `unrolled_papermill-1.0.0.dist-info/${file}`,
);

/**
 * Puts the project's additions where the Jupyter in `venv` finds them:
 * - what draws a figure: the JupyterLab extension `unrolled-plotly`, and the nbconvert template `unrolled` for HTML pages that
 *   need no network; plotly.js and MathJax come from `node_modules`;
 * - the Python module that lets papermill write parameters as TypeScript;
 * - settings that leave nbgrader and the classic notebook out of JupyterLab's pages: both are there for their command lines;
 * - what nbgrader puts in place of a solution in TypeScript.
 *
 * A file that is there with the same content is left alone.
 *
 * @throws SetupError when `venv` is no Python environment, a package is missing, or a file cannot be written.
 */
export function installJupyterAssets({ project, venv, report }: JupyterAssetsOptions): void {
  report.start('Jupyter additions');
  if (!fs.existsSync(path.join(venv, 'pyvenv.cfg'))) {
    throw new SetupError(`No Python environment at ${venv}: run npm run setup, which makes one.`);
  }
  const assets = listAssets(project, sitePackages(venv));
  const outdated = assets.filter(({ from, to }) => !sameContent(from, path.join(venv, to)));
  if (outdated.length === 0) {
    report.done('already there');
    return;
  }
  outdated.forEach(({ from, to }, index) => {
    copyFile(from, path.join(venv, to));
    report.progress(index + 1, outdated.length, 'items');
  });
  report.done('installed');
}

/** What makes JupyterLab, nbconvert and papermill see a folder comes last in it, so that they never see a half-copied one. */
function listAssets(project: string, packages: string): readonly Asset[] {
  const own = path.join(project, 'kernel-lib/jupyter');
  const plotly = packageFile(project, 'plotly.js-dist-min', 'plotly.min.js');
  const mathjax = packageFile(project, 'mathjax', 'es5/tex-svg-full.js');
  const draw = path.join(own, 'draw-figure.js');
  const copies = (files: readonly string[], folder: string, below: string): Asset[] =>
    files.map((file) => ({ from: path.join(own, folder, file), to: path.join(below, file) }));
  return [
    { from: plotly, to: `${EXTENSION}/static/plotly.min.js` },
    { from: draw, to: `${EXTENSION}/static/draw-figure.js` },
    { from: path.join(own, 'labextension/static/remoteEntry.js'), to: `${EXTENSION}/static/remoteEntry.js` },
    { from: path.join(own, 'labextension/install.json'), to: `${EXTENSION}/install.json` },
    { from: path.join(own, 'labextension/package.json'), to: `${EXTENSION}/package.json` },
    { from: plotly, to: `${TEMPLATE}/static/plotly.min.js` },
    { from: draw, to: `${TEMPLATE}/static/draw-figure.js` },
    { from: mathjax, to: `${TEMPLATE}/static/tex-svg-full.js` },
    { from: path.join(own, 'nbconvert/unrolled/index.html.j2'), to: `${TEMPLATE}/index.html.j2` },
    { from: path.join(own, 'nbconvert/unrolled/conf.json'), to: `${TEMPLATE}/conf.json` },
    ...copies(
      ['jupyter_server_config.d/unrolled.json', 'labconfig/page_config.d/unrolled.json', 'nbgrader_config.py'],
      'config',
      'etc/jupyter',
    ),
    ...copies(['unrolled_papermill.py', ...DISTRIBUTION], 'papermill', packages),
  ];
}

/** Where the environment's interpreter looks for modules, below the environment's folder. */
function sitePackages(venv: string): string {
  const library = path.join(venv, 'lib');
  const names = fs.existsSync(library) ? fs.readdirSync(library) : [];
  const folder = names
    .map((name) => `lib/${name}/site-packages`)
    .find((below) => fs.existsSync(path.join(venv, below)));
  if (folder !== undefined) return folder;
  throw new SetupError(`The Python environment at ${venv} has no site-packages: delete it and run npm run setup.`);
}

function packageFile(project: string, name: string, file: string): string {
  try {
    return createRequire(path.join(project, 'package.json')).resolve(`${name}/${file}`);
  } catch {
    throw new SetupError(`The npm package ${name} has no ${file} in ${project}: run npm ci.`);
  }
}

function sameContent(from: string, to: string): boolean {
  try {
    if (fs.statSync(to).size !== fs.statSync(from).size) return false;
    return fs.readFileSync(to).equals(fs.readFileSync(from));
  } catch {
    // Missing, or no file that can be read: copying it says what is wrong.
    return false;
  }
}

function copyFile(from: string, to: string): void {
  const part = `${to}.${process.pid}.part`;
  try {
    fs.mkdirSync(path.dirname(to), { recursive: true });
    removeLeftovers(to);
    fs.copyFileSync(from, part);
    fs.renameSync(part, to);
  } catch (error) {
    if (fs.existsSync(part)) fs.rmSync(part);
    if (isDiskFull(error)) throw new SetupError(`The disk is full: free 20 MB for ${to} and run npm run setup again.`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`Could not write ${to} (${reason}): make the folder writable and run npm run setup.`);
  }
}

/** What a set-up left behind that was killed while it copied this file. One that runs beside this one is not touched. */
function removeLeftovers(to: string): void {
  const folder = path.dirname(to);
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(`${path.basename(to)}.`) || !name.endsWith('.part')) continue;
    const file = path.join(folder, name);
    const written = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - written > 60_000) fs.rmSync(file, { force: true });
  }
}
