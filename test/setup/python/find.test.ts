import path from 'node:path';
import { expect, it } from 'vitest';
import { findPython } from 'kernel-lib/setup/python/find';
import { fakeCommand, temporaryFolder } from '../project/fakes';
import { fakePython, pathWith, type FakePython } from './fake-python';

/** A PATH on which just these are. */
function machine(pythons: Record<string, FakePython>): { env: NodeJS.ProcessEnv; bin: string } {
  const bin = path.join(temporaryFolder(), 'bin');
  const env = pathWith(bin);
  for (const [name, python] of Object.entries(pythons)) fakePython(path.join(bin, name), path.join(bin, 'log'), python);
  return { env, bin };
}

it('takes the newest that every package is built for', async () => {
  const { env, bin } = machine({
    python3: { version: '3.11' },
    'python3.12': {},
    'python3.13': { version: '3.13' },
    'python3.14': { version: '3.14' },
  });
  expect(await findPython(env)).toMatchObject({ version: '3.13', executable: path.join(bin, 'python3.13') });
});

it('passes over shims without a Python, old Pythons and those without venv', async () => {
  const { env, bin } = machine({
    'python3.12': { hasVenv: false },
    python3: { version: '3.9' },
    python: { version: '3.10' },
  });
  fakeCommand(path.join(bin, 'python3.13'), 'echo "pyenv: python3.13: command not found" >&2; exit 127');
  fakeCommand(path.join(bin, 'python3.11'), 'echo "an installer opens"');
  expect(await findPython(env)).toMatchObject({ version: '3.10' });
});

it('takes the one that PYTHON names before any other, and no other when that one will not do', async () => {
  const { env, bin } = machine({
    'python3.13': { version: '3.13' },
    mine: { version: '3.11' },
    old: { version: '3.8' },
  });
  expect(await findPython({ ...env, PYTHON: path.join(bin, 'mine') })).toMatchObject({ version: '3.11' });
  await expect(findPython({ ...env, PYTHON: 'old' })).rejects.toThrow(
    /^Python 3\.8 \(.*old\) is too old: install Python/,
  );
  await expect(findPython({ ...env, PYTHON: 'nowhere' })).rejects.toThrow(
    'PYTHON is nowhere, which does not run as a Python: correct it or unset it, and run the command again.',
  );
});

it('says that there is no Python, and how to get one', async () => {
  await expect(findPython(machine({}).env)).rejects.toThrow(
    /^No Python was found on the PATH: install Python 3\.10 to 3\.14 \(.*apt install python3 python3-venv/,
  );
});

it('says that the venv module is missing, and its package', async () => {
  const { env, bin } = machine({ python3: { version: '3.11', hasVenv: false } });
  await expect(findPython(env)).rejects.toThrow(
    `Python 3.11 (${bin}/python3) has no \`venv\` module: install it (Debian and Ubuntu: ` +
      '`apt install python3-venv` or `python3.11-venv`) and run the command again.',
  );
});

it('finds the real one of this machine', async () => {
  expect((await findPython(process.env)).version).toMatch(/^3\.\d+$/);
});
