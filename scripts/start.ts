/** `npm start`: sets up what is missing, then opens JupyterLab on the first chapter, or executes the chapters headlessly. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError } from 'kernel-lib/setup';
import { startLab } from './lib/lab.ts';
import { runScript } from './lib/run-script.ts';
import { setUp } from './setup.ts';

const help = `npm start -- [options]

Sets up what is missing, then opens JupyterLab on the first chapter. Ctrl-C stops it.

  --no-browser    print the address instead of opening a browser
  --port N        listen on port N (default: 8888, or the next one that is free)
  --headless      execute the chapters instead, write HTML under build/notebooks, exit with their verdict
  --help          this text`;

interface Options {
  readonly help: boolean;
  readonly headless: boolean;
  readonly browser: boolean;
  readonly port: number | undefined;
}

/** @throws SetupError for an option that there is not, or a port that is none. */
function readOptions(args: string[]): Options {
  const options = {
    help: { type: 'boolean', default: false },
    headless: { type: 'boolean', default: false },
    'no-browser': { type: 'boolean', default: false },
    port: { type: 'string' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new SetupError(
      `${error instanceof Error ? error.message : String(error)} (\`npm start -- --help\` lists them)`,
    );
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new SetupError(`--port is "${values.port ?? ''}", and a port is a whole number from 1 to 65535.`);
  }
  return { help: values.help, headless: values.headless, browser: !values['no-browser'], port };
}

/** The notebook with the lowest number, as a path from the project's folder. */
function firstChapter(project: string): string {
  const folder = path.join(project, 'notebooks');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^\d+-.*\.ipynb$/.test(name)) : [];
  const [first] = names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  if (first === undefined)
    throw new SetupError('There is no chapter in notebooks/: restore it with `git checkout notebooks`.');
  return `notebooks/${first}`;
}

await runScript(import.meta.url, async (args) => {
  const { headless, browser, port, ...options } = readOptions(args);
  if (options.help) {
    console.log(help);
    return 0;
  }
  if (headless) {
    // loaded only here: it is not needed to open a browser
    const { main } = await import('./notebooks.ts');
    return main([]);
  }
  const { project, python } = await setUp();
  return startLab({ project, python, chapter: firstChapter(project), browser, port });
});
