import { recorded } from 'kernel-lib/course';
import { expect, it } from 'vitest';

it('is what the project keeps of a long run, or nothing', () => {
  expect(recorded('recurrent')).toMatchObject({ machine: { date: expect.any(String) as string } });
  expect(recorded('never-run')).toBeUndefined();
});

it.each(['../package', '', 'a b', '/etc/x'])("refuses '%s' for a name", (name) => {
  expect(() => recorded(name)).toThrow(/recorded: got .+, expected a name of letters/);
});
