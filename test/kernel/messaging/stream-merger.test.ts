import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FromExecution } from 'kernel-lib/kernel/link';
import { StreamMerger } from 'kernel-lib/kernel/messaging/stream-merger';

type Output = Extract<FromExecution, { type: 'output' }>;

const write = (text: string, { id = 'a', name = 'stdout' } = {}): Output => ({
  type: 'output',
  id,
  message: 'stream',
  content: { name, text },
  bytes: text.length,
});
const display: Output = { type: 'output', id: 'a', message: 'display_data', content: { data: {} }, bytes: 1 };
const told = ({ id, message, content, bytes }: Output): unknown[] => [id, message, content.name, content.text, bytes];

let sent: Output[];
let merger: StreamMerger;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.advanceTimersByTime(1000);
  sent = [];
  merger = new StreamMerger((output) => sent.push(output));
});
afterEach(() => {
  vi.useRealTimers();
});

it('sends the first write at once and merges those that follow within 40 ms', () => {
  for (const text of ['one ', 'two ', 'three']) merger.add(write(text));
  expect(sent.map(told)).toEqual([['a', 'stream', 'stdout', 'one ', 4]]);
  vi.advanceTimersByTime(40);
  expect(sent.slice(1).map(told)).toEqual([['a', 'stream', 'stdout', 'two three', 9]]);
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(2);
});

it('keeps streams, cells and displays in the order in which they came', () => {
  merger.add(write('x'));
  merger.add(write('1'));
  merger.add(write('2', { name: 'stderr' }));
  merger.add(write('3', { name: 'stderr', id: 'b' }));
  merger.add(display);
  merger.add(write('4'));
  merger.flush();
  expect(sent.map((output) => [output.id, output.content.text])).toEqual([
    ['a', 'x'],
    ['a', '1'],
    ['a', '2'],
    ['b', '3'],
    ['a', undefined],
    ['a', '4'],
  ]);
});

it('sends no message of much more than 64 kB, and sends nothing when there is nothing', () => {
  merger.flush();
  expect(sent).toEqual([]);
  for (let i = 0; i < 400; i++) merger.add(write('x'.repeat(1000)));
  merger.flush();
  const lengths = sent.map(({ content }) => (content.text as string).length);
  expect(Math.max(...lengths)).toBeLessThan(70_000);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(400_000);
});
