import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadCompiler } from '../../../kernel-lib/src/kernel/language/compiler';
import { makeFolder, write } from './notebook';

it('refuses another version of tslab, and none, in a sentence', () => {
  const folder = makeFolder({}, false);
  const from = path.join(folder, 'main.js');
  expect(() => loadCompiler(from)).toThrow('needs tslab 1.0.22, which is not installed: run npm run setup.');
  write(folder, { 'node_modules/tslab/package.json': '{ "version": "1.0.21" }' });
  expect(() => loadCompiler(from)).toThrow('needs tslab 1.0.22, got 1.0.21: run npm run setup.');
  fs.rmSync(folder, { recursive: true });
});
