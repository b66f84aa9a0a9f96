import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installJupyterAssets } from 'kernel-lib/setup/jupyter-assets';
import { SetupError, type Report } from 'kernel-lib/setup/report';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ownFiles = path.resolve(import.meta.dirname, '../../kernel-lib/jupyter');
const extension = 'share/jupyter/labextensions/unrolled-plotly';
const template = 'share/jupyter/nbconvert/templates/unrolled';
const packages = 'lib/python3.11/site-packages';

let folder: string;
let project: string;
let venv: string;
let said: string[];

const report: Report = {
  start: () => undefined,
  progress: () => undefined,
  note: () => undefined,
  done: (summary) => said.push(summary),
};

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function addPackage(name: string, file: string, text: string): void {
  write(path.join(project, 'node_modules', name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
  write(path.join(project, 'node_modules', name, file), text);
}

function files(below: string): string[] {
  const entries = fs.readdirSync(below, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(below, path.join(entry.parentPath, entry.name)))
    .sort();
}

function install(): void {
  installJupyterAssets({ project, venv, report });
}

function failure(): Error {
  try {
    install();
  } catch (error) {
    if (error instanceof SetupError) return error;
  }
  throw new Error('expected a SetupError');
}

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jupyter-assets-'));
  project = path.join(folder, 'project');
  venv = path.join(folder, 'venv');
  said = [];
  write(path.join(project, 'package.json'), '{}');
  fs.cpSync(ownFiles, path.join(project, 'kernel-lib/jupyter'), { recursive: true });
  addPackage('plotly.js-dist-min', 'plotly.min.js', 'window.Plotly = {};');
  addPackage('mathjax', 'es5/tex-svg-full.js', 'window.MathJax = {};');
  write(path.join(venv, 'pyvenv.cfg'), '');
  fs.mkdirSync(path.join(venv, packages), { recursive: true });
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

describe('installJupyterAssets', () => {
  test('puts everything where Jupyter and papermill look, with the libraries', () => {
    install();
    expect(files(path.join(venv, extension))).toEqual([
      'install.json',
      'package.json',
      'static/draw-figure.js',
      'static/plotly.min.js',
      'static/remoteEntry.js',
    ]);
    expect(files(path.join(venv, template))).toEqual([
      'conf.json',
      'index.html.j2',
      'static/draw-figure.js',
      'static/plotly.min.js',
      'static/tex-svg-full.js',
    ]);
    expect(fs.readFileSync(path.join(venv, template, 'static/tex-svg-full.js'), 'utf8')).toBe('window.MathJax = {};');
    expect(files(path.join(venv, packages))).toEqual([
      'unrolled_papermill-1.0.0.dist-info/METADATA',
      'unrolled_papermill-1.0.0.dist-info/RECORD',
      'unrolled_papermill-1.0.0.dist-info/entry_points.txt',
      'unrolled_papermill.py',
    ]);
    expect(files(path.join(venv, 'etc/jupyter'))).toEqual([
      'jupyter_server_config.d/unrolled.json',
      'labconfig/page_config.d/unrolled.json',
      'nbgrader_config.py',
    ]);
    expect(said).toEqual(['installed']);
  });

  test('lists in RECORD what it put into site-packages, so that pip can take it out again', () => {
    install();
    const record = path.join(venv, packages, 'unrolled_papermill-1.0.0.dist-info/RECORD');
    const listed = fs.readFileSync(record, 'utf8').trim().split('\n');
    expect(listed.map((line) => line.replace(/,,$/, '')).sort()).toEqual(files(path.join(venv, packages)));
  });

  test('what the extension promises JupyterLab is there', () => {
    install();
    const file = path.join(venv, extension, 'package.json');
    const { jupyterlab } = JSON.parse(fs.readFileSync(file, 'utf8')) as { jupyterlab: { _build: { load: string } } };
    expect(fs.existsSync(path.join(venv, extension, jupyterlab._build.load))).toBe(true);
  });

  test('a second time writes nothing', () => {
    install();
    const inodes = (): number[] => files(venv).map((file) => fs.statSync(path.join(venv, file)).ino);
    const before = inodes();
    install();
    expect(said.at(-1)).toBe('already there');
    expect(inodes()).toEqual(before);
  });

  test('replaces what another version left, or what was cut off, and nothing else', () => {
    install();
    const plotly = path.join(venv, extension, 'static/plotly.min.js');
    const entry = path.join(venv, extension, 'static/remoteEntry.js');
    const untouched = fs.statSync(entry).ino;
    fs.writeFileSync(plotly, 'window.Plotly = [];');
    fs.truncateSync(path.join(venv, template, 'index.html.j2'), 10);
    install();
    expect(fs.readFileSync(plotly, 'utf8')).toBe('window.Plotly = {};');
    expect(fs.statSync(path.join(venv, template, 'index.html.j2')).size).toBeGreaterThan(1000);
    expect(fs.statSync(entry).ino).toBe(untouched);
  });

  test('clears away what a set-up left that was killed, not what one writes that runs now', () => {
    const dead = path.join(venv, extension, 'static/plotly.min.js.1.part');
    const alive = path.join(venv, extension, 'static/plotly.min.js.2.part');
    for (const file of [dead, alive]) write(file, 'half');
    fs.utimesSync(dead, new Date(0), new Date(0));
    install();
    expect([fs.existsSync(dead), fs.existsSync(alive)]).toEqual([false, true]);
  });

  test('without a Python environment says how to get one', () => {
    fs.rmSync(path.join(venv, 'pyvenv.cfg'));
    expect(failure().message).toBe(`No Python environment at ${venv}: run npm run setup, which makes one.`);
  });

  test('in an environment without site-packages says what to do', () => {
    fs.rmSync(path.join(venv, 'lib'), { recursive: true });
    const sentence = `The Python environment at ${venv} has no site-packages: delete it and run npm run setup.`;
    expect(failure().message).toBe(sentence);
  });

  test('without MathJax names the package, and has written nothing', () => {
    fs.rmSync(path.join(project, 'node_modules/mathjax'), { recursive: true });
    expect(failure().message).toBe(`The npm package mathjax has no es5/tex-svg-full.js in ${project}: run npm ci.`);
    expect(files(venv)).toEqual(['pyvenv.cfg']);
  });

  test('where it cannot write names the file, and leaves no half of one', () => {
    write(path.join(venv, 'share/jupyter/labextensions'), 'a file where a folder belongs');
    const { message } = failure();
    expect(message).toMatch(
      /^Could not write .*plotly\.min\.js \(.+\): make the folder writable and run npm run setup\.$/,
    );
    expect(files(venv).filter((file) => file.endsWith('.part'))).toEqual([]);
  });
});
