import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { repository } from '../project/fakes';

function lines(name: string): string[] {
  const text = fs.readFileSync(path.join(repository, name), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('pins every package to one version for each Python, and names no index', () => {
  for (const line of lines('requirements.txt')) expect(line).toMatch(/^[a-z0-9-]+==[\w.]+( ; [^;]+)?$/);
  expect(fs.readFileSync(path.join(repository, 'requirements.txt'), 'utf8')).not.toMatch(/:\/\//);
});

it('was made from the tools that are named', () => {
  const pins = lines('requirements.txt');
  for (const tool of lines('requirements.in')) expect(pins).toContain(tool);
});
