import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Content, Conversion, LocalFile, Problem } from '../../../kernel-lib/src/kernel/link';
import { Language } from '../../../kernel-lib/src/kernel/language/language';

type Exports = Record<string, unknown>;
const project = path.resolve(import.meta.dirname, '../../..');

/** A folder for a notebook that finds this project's packages; gone when the tests are. */
export function makeFolder(files: Readonly<Record<string, string>> = {}, packages = true): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'language-')));
  if (packages) {
    fs.mkdirSync(path.join(folder, 'node_modules'));
    fs.symlinkSync(path.join(project, 'node_modules/@types'), path.join(folder, 'node_modules/@types'));
    fs.writeFileSync(
      path.join(folder, 'tsconfig.json'),
      '{ "compilerOptions": { "strict": true, "types": ["node"] } }',
    );
  }
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

/** Converts cells and runs them as the kernel will: V8's REPL mode, with as little of a `__kernel` as they need. */
export class Notebook {
  readonly language: Language;
  /** Paths of the local files that came with each conversion. */
  readonly sent: string[][] = [];
  private readonly session = new inspector.Session();
  private readonly scripts = new Map<string, string>();
  private loaded = new Map<string, Exports>();
  private shown: unknown;
  private serial = 0;

  constructor(readonly folder: string) {
    this.language = new Language(folder);
    this.session.connect();
  }

  convert(code: string, transient = false): Conversion {
    const answer = this.language.answer({ type: 'convert', serial: ++this.serial, code, transient });
    if (answer.type !== 'converted') throw new Error(`expected a conversion, got ${answer.type}`);
    if (answer.conversion.ok)
      this.sent.push(answer.conversion.files.map(({ path: file }) => path.relative(this.folder, file)));
    return answer.conversion;
  }

  ask(type: 'complete' | 'inspect' | 'is_complete', content: Content): Content {
    const answer = this.language.answer({ type, serial: ++this.serial, content });
    if (answer.type !== 'answer') throw new Error(`expected an answer, got ${answer.type}`);
    return answer.content;
  }

  problems(code: string): readonly Problem[] {
    const conversion = this.convert(code);
    return conversion.ok ? [] : conversion.problems;
  }

  messages(code: string): string[] {
    return this.problems(code).map(({ message }) => message);
  }

  script(code: string): string {
    const conversion = this.convert(code);
    if (!conversion.ok) throw new Error(conversion.problems.map(({ message }) => message).join('\n'));
    return conversion.script;
  }

  /** Runs a cell; gives what it shows, undefined where it shows nothing. */
  async run(code: string): Promise<unknown> {
    const conversion = this.convert(code);
    if (!conversion.ok) throw new Error(conversion.problems.map(({ message }) => message).join('\n'));
    for (const file of conversion.files) this.scripts.set(file.path, file.script);
    if (conversion.files.length > 0) this.loaded = new Map();
    return this.evaluate(conversion.script);
  }

  private evaluate(script: string): Promise<unknown> {
    this.shown = undefined;
    const load = (specifier: string): Promise<Exports> => Promise.resolve(interop(this.load(specifier)));
    const kernel = {
      module: load,
      import: load,
      result: (value: unknown): void => { this.shown = value; },
    }; // prettier-ignore
    Object.assign(globalThis, { __kernel: kernel });
    const parameters: inspector.Runtime.EvaluateParameterType & { replMode: boolean } = {
      expression: script,
      replMode: true,
      awaitPromise: true,
    };
    return new Promise((resolve, reject) => {
      this.session.post('Runtime.evaluate', parameters, (error, result) => {
        if (error) reject(error);
        else if (result.exceptionDetails) reject(new Error(result.exceptionDetails.exception?.description));
        else resolve(this.shown);
      });
    });
  }

  private load(specifier: string, from = path.join(this.folder, 'cell.js')): Exports {
    const script = this.scripts.get(specifier);
    if (script === undefined) return createRequire(from)(specifier) as Exports;
    const known = this.loaded.get(specifier);
    if (known) return known;
    const module = { exports: {} as Exports };
    this.loaded.set(specifier, module.exports);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const body = new Function('require', 'exports', 'module', script) as (...values: unknown[]) => void;
    body((name: string) => this.load(name, specifier), module.exports, module);
    return module.exports;
  }
}

function interop(exports: Exports): Exports {
  return '__esModule' in exports ? exports : { ...exports, default: exports };
}

export type { LocalFile };
