import fs from 'node:fs';
import path from 'node:path';
import { fakeCommand } from '../project/fakes';

export interface FakePython {
  readonly version?: string;
  readonly hasVenv?: boolean;
  /** Shell code in the place of `python -m pip install`. */
  readonly pip?: string;
  /** Shell code in the place of `python -m venv`. */
  readonly venv?: string;
}

/** A stand-in for Python that answers set-up's questions, makes an empty environment and logs each command. */
export function fakePython(file: string, log: string, python: FakePython = {}): string {
  const { version = '3.12', hasVenv = true, pip = 'exit 0', venv = '' } = python;
  const packages = '"$folder/lib/site-packages"';
  return fakeCommand(
    file,
    `for last in "$@"; do :; done
case "$*" in
  *find_spec*) echo "a warning" >&2; echo '[[${version.replace('.', ', ')}], "${file}", ${hasVenv}]' ;;
  *"venv --clear"*)
    echo "venv ${version}" >> "${log}"
    ${venv}
    folder="$last"
    rm -rf "$folder"; mkdir -p "$folder/bin" ${packages}/pip; cp "$0" "$folder/bin/python" ;;
  *"pip install"*) echo pip >> "${log}"; ${pip} ;;
  *pip.__path__*) echo "$(dirname "$(dirname "$0")")/lib/site-packages/pip" ;;
  *version_info*) echo ${version} ;;
  *) echo "unexpected: $*" >&2; exit 99 ;;
esac`,
  );
}

export function commands(log: string): string[] {
  return fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
}

/** A PATH with the fakes in `folder` and the few tools that they call, and no Python of this machine. */
export function pathWith(folder: string): NodeJS.ProcessEnv {
  fs.mkdirSync(folder, { recursive: true });
  for (const tool of ['rm', 'mkdir', 'cp', 'dirname', 'sleep', 'cat', 'sh']) {
    const real = (process.env.PATH ?? '').split(':').map((part) => path.join(part, tool));
    const found = real.find((file) => fs.existsSync(file));
    const link = path.join(folder, tool);
    if (found !== undefined && !fs.existsSync(link)) fs.symlinkSync(found, link);
  }
  return { PATH: folder };
}
