import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installKernelspec } from 'kernel-lib/setup/kernelspec';
import { SetupError } from 'kernel-lib/setup/report';

let venv: string;
let summaries: string[];
const report = {
  start: () => undefined,
  progress: () => undefined,
  note: () => undefined,
  done: (summary: string) => void summaries.push(summary),
};
const specFile = (): string => path.join(venv, 'share/jupyter/kernels/tslab/kernel.json');
const read = (): { argv: string[]; language: string } =>
  JSON.parse(fs.readFileSync(specFile(), 'utf8')) as { argv: string[]; language: string };

beforeEach(() => {
  summaries = [];
  venv = fs.mkdtempSync(path.join(os.tmpdir(), 'kernelspec-'));
  fs.writeFileSync(path.join(venv, 'pyvenv.cfg'), '');
});
afterEach(() => {
  fs.rmSync(venv, { recursive: true, force: true });
});

describe('installKernelspec', () => {
  it('starts the running Node on the project’s kernel, by absolute paths', () => {
    installKernelspec({ project: '/a/project', venv, report });
    expect(read()).toMatchObject({
      argv: [process.execPath, '/a/project/kernel-lib/dist/kernel/main.js', '--config-path', '{connection_file}'],
      language: 'typescript',
    });
  });

  it('leaves an up-to-date kernelspec alone', () => {
    installKernelspec({ project: '/a/project', venv, report });
    const before = fs.statSync(specFile(), { bigint: true });
    installKernelspec({ project: '/a/project', venv, report });
    expect(fs.statSync(specFile(), { bigint: true }).ino).toBe(before.ino);
    expect(summaries).toEqual(['installed as "tslab"', 'already there']);
  });

  it('is written again when the project or Node moved', () => {
    installKernelspec({ project: '/a/project', venv, report });
    installKernelspec({ project: '/b/project', venv, report, node: '/opt/node' });
    expect(read().argv.slice(0, 2)).toEqual(['/opt/node', '/b/project/kernel-lib/dist/kernel/main.js']);
  });

  it('replaces a damaged file, and leaves nothing else behind', () => {
    fs.mkdirSync(path.dirname(specFile()), { recursive: true });
    fs.writeFileSync(specFile(), '{ "argv": [');
    installKernelspec({ project: '/a/project', venv, report });
    expect(read().argv).toHaveLength(4);
    expect(fs.readdirSync(path.dirname(specFile()))).toEqual(['kernel.json']);
  });

  it('refuses a folder that is no Python environment', () => {
    fs.rmSync(path.join(venv, 'pyvenv.cfg'));
    expect(() => { installKernelspec({ project: '/a/project', venv, report }); }).toThrow(SetupError); // prettier-ignore
  });

  it('says in one sentence that it could not write', () => {
    fs.writeFileSync(path.join(venv, 'share'), 'a file where a folder should be');
    const install = (): void => {
      installKernelspec({ project: '/a/project', venv, report });
    };
    expect(install).toThrow(SetupError);
    expect(install).toThrow(/Could not write the kernelspec .* make the folder writable/);
  });
});
