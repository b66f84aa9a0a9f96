import { expect, it } from 'vitest';
import { warmUp } from 'kernel-lib/kernel/warm-up';
import type { ToLanguage } from 'kernel-lib/kernel/link';

async function warmed(packages: string | undefined): Promise<{ loaded: string[]; asked: ToLanguage[] }> {
  const loaded: string[] = [];
  const asked: ToLanguage[] = [];
  const load = (specifier: string): Promise<unknown> => {
    loaded.push(specifier);
    return specifier === 'missing' ? Promise.reject(new Error('not there')) : Promise.resolve({});
  };
  await warmUp({ packages, load, ask: (request) => asked.push(request) });
  return { loaded, asked };
}

it('loads code and types of each package, and goes on after one that is missing', async () => {
  const { loaded, asked } = await warmed('a,missing,@scope/b');
  expect(loaded).toEqual(['a', 'missing', '@scope/b']);
  expect(asked).toEqual([
    { type: 'convert', serial: 0, code: 'import "a";\nimport "missing";\nimport "@scope/b";', transient: true },
  ]);
});

it('does nothing when nothing is asked for', async () => {
  for (const packages of [undefined, '']) expect(await warmed(packages)).toEqual({ loaded: [], asked: [] });
});
