import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkpointFile } from 'kernel-lib/course';
import { expect, it } from 'vitest';

it("is a file in the clone's build folder, which is there", () => {
  const file = checkpointFile('09-lstm');
  expect(file).toBe(path.resolve(import.meta.dirname, '../../build/checkpoints/09-lstm.safetensors'));
  expect(existsSync(path.dirname(file))).toBe(true);
});

it.each(['../09', '', 'a b', '/etc/x'])("refuses '%s' for a name", (name) => {
  expect(() => checkpointFile(name)).toThrow(/checkpointFile: got .+, expected a name of letters/);
});
