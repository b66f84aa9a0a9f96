import { expect, it } from 'vitest';
import { terminalReport, type Screen } from '../../../scripts/lib/terminal-report.ts';

function makeScreen(isTTY: boolean): { screen: Screen; text: () => string } {
  let text = '';
  return { screen: { isTTY, columns: 30, write: (part) => (text += part) }, text: () => text };
}

it('prints one line for a step that had nothing to do', () => {
  const { screen, text } = makeScreen(false);
  const report = terminalReport(screen);
  report.start('Library');
  report.done('already there');
  expect(text()).toBe('✓ Library: already there\n');
});

it('prints few lines of progress in a log', () => {
  const { screen, text } = makeScreen(false);
  let now = 0;
  const report = terminalReport(screen, () => now);
  report.start('Download');
  for (let done = 0; done <= 300; done += 1) {
    now += 100;
    report.progress(done * 1e6, 300e6, 'bytes');
  }
  report.note('a note');
  report.done('there');
  expect(text()).toBe(
    '… Download\n… Download: 33 % of 300 MB\n… Download: 66 % of 300 MB\n… Download: 99 % of 300 MB\n  a note\n✓ Download: there\n',
  );
});

it('redraws one line on a terminal, never wider than it', () => {
  const { screen, text } = makeScreen(true);
  const report = terminalReport(screen);
  report.start('Packages');
  report.progress(1, 4);
  report.progress(7);
  report.progress(1, 4, 'items');
  report.note('a note');
  report.start('A step with a name that is far too long');
  report.done('there');
  const lines = text().split('\r\x1b[K').slice(1);
  expect(lines).toEqual([
    '… Packages',
    '… Packages: 25 %',
    '… Packages: 7',
    '… Packages: 25 %',
    '  a note\n',
    '… A step with a name that is ',
    '✓ A step with a name that is far too long: there\n',
  ]);
});
