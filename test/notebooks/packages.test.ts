import { expect, it } from 'vitest';
import { codeCells } from 'kernel-lib/notebook';
import { importedPackages } from 'kernel-lib/notebook/packages';
import { makeNotebook } from './make-notebook';

const packages = (...sources: string[]): string[] => importedPackages(codeCells(makeNotebook(sources)));

it('finds what cells import, once each, in order', () => {
  const first = `import * as tf from '@tensorflow/tfjs-node';\nimport {\n  rnn,\n  gru,\n} from "kernel-lib";`;
  expect(packages(first, "import 'a/sub'; const b = await import('b');", "import { x } from 'kernel-lib';")).toEqual([
    '@tensorflow/tfjs-node',
    'kernel-lib',
    'a/sub',
    'b',
  ]);
});

it('leaves out files and what is only mentioned', () => {
  expect(packages(`import { a } from './lib';\nimport b from '/abs';`, `console.log('from here to there');`)).toEqual(
    [],
  );
});
