import fs from 'node:fs';
import path from 'node:path';
import type ts from 'typescript';
import type { Compiler } from './compiler';

// what a tsconfig.json says of how strictly to check, and of how the code is to run where cells can follow
const FOLLOWED = [
  'strict',
  'noImplicitAny',
  'strictNullChecks',
  'strictFunctionTypes',
  'strictBindCallApply',
  'strictPropertyInitialization',
  'noImplicitThis',
  'useUnknownInCatchVariables',
  'noUncheckedIndexedAccess',
  'exactOptionalPropertyTypes',
  'noImplicitOverride',
  'noImplicitReturns',
  'noFallthroughCasesInSwitch',
  'noPropertyAccessFromIndexSignature',
  'allowUnreachableCode',
  'allowUnusedLabels',
  'suppressExcessPropertyErrors',
  'suppressImplicitAnyIndexErrors',
  'noStrictGenericChecks',
  'keyofStringsOnly',
  'lib',
  'types',
  'typeRoots',
  'jsx',
  'jsxFactory',
  'jsxFragmentFactory',
  'jsxImportSource',
  'experimentalDecorators',
  'emitDecoratorMetadata',
  'useDefineForClassFields',
  'checkJs',
  'customConditions',
  'allowSyntheticDefaultImports',
] as const satisfies readonly (keyof ts.CompilerOptions)[];

// `noUnusedLocals` and `noUnusedParameters` are left out because a later cell may use what this one declares; `paths`, `baseUrl`
// and `rootDirs` because Node knows nothing of them; `target` and `module` because the kernel runs the script in its own way;
// `isolatedModules` and `verbatimModuleSyntax` because they ask for another way to write imports, and cells are no modules.

/** How cells in a folder are checked: as strictly as the nearest `tsconfig.json` asks, or `strict` where there is none. */
export function cellOptions(ts: Compiler, folder: string, tslabFolder: string): ts.CompilerOptions {
  const asked = projectOptions(ts, folder);
  const followed = asked ? pick(asked, FOLLOWED) : {};
  const typeRoots = followed.typeRoots ?? typeFolders(folder, tslabFolder);
  return {
    ...(asked ? followed : { strict: true }),
    lib: usableLibs(ts, followed.lib),
    typeRoots,
    ...(followed.types && { types: [...new Set([...followed.types, 'node'])] }),
    jsx: jsxThatRuns(ts, followed.jsx),
    customConditions: [...new Set([...(followed.customConditions ?? []), 'node'])],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // a cell without imports is a module all the same: its names are its own, and `await` is a keyword
    moduleDetection: ts.ModuleDetectionKind.Force,
    alwaysStrict: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    newLine: ts.NewLineKind.LineFeed,
  };
}

/** Those of `names` that `options` says anything of. */
export function pick(options: ts.CompilerOptions, names: readonly (keyof ts.CompilerOptions)[]): ts.CompilerOptions {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

function projectOptions(ts: Compiler, folder: string): ts.CompilerOptions | undefined {
  const file = ts.findConfigFile(folder, (name) => ts.sys.fileExists(name));
  if (file === undefined) return undefined;
  const { config, error } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as {
    config?: unknown;
    error?: unknown;
  };
  // a file that cannot be read asks for nothing; better too strict than not at all
  if (error !== undefined) return undefined;
  // only the options matter, so the project's files are not looked for
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    readDirectory: () => [],
  };
  return ts.parseJsonConfigFileContent(config, host, path.dirname(file), undefined, file).options;
}

/** Every Node that the kernel runs on has ES2023; names of libraries that this compiler does not bring are dropped. */
function usableLibs(ts: Compiler, asked: readonly string[] | undefined): string[] {
  const folder = path.dirname(ts.getDefaultLibFilePath({}));
  const usable = (asked ?? []).filter((name) => fs.existsSync(path.join(folder, name)));
  return usable.length > 0 ? usable : ['lib.es2023.d.ts'];
}

function jsxThatRuns(ts: Compiler, asked: ts.JsxEmit | undefined): ts.JsxEmit {
  return asked === ts.JsxEmit.ReactJSX || asked === ts.JsxEmit.ReactJSXDev ? asked : ts.JsxEmit.React;
}

/** The `@types` folders above the notebook; tslab's own where none of them has Node's types. */
function typeFolders(folder: string, tslabFolder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    folders.push(path.join(at, 'node_modules/@types'));
    if (at === path.dirname(at)) break;
  }
  const present = folders.filter((candidate) => fs.existsSync(candidate));
  if (present.some((candidate) => fs.existsSync(path.join(candidate, 'node/package.json')))) return present;
  // hoisted beside tslab, or below it
  const own = [path.join(tslabFolder, 'node_modules/@types'), path.join(path.dirname(tslabFolder), '@types')];
  return [...present, ...own.filter((candidate) => fs.existsSync(path.join(candidate, 'node/package.json')))];
}
