import { expect, it } from 'vitest';
import { latest } from 'kernel-lib/widgets/latest';

it('calls a listener that returns at once for every value', () => {
  const heard: number[] = [];
  const call = latest((value: number) => heard.push(value));
  for (const value of [1, 2, 3]) call(value);
  expect(heard).toEqual([1, 2, 3]);
});

it('gives a listener that is busy only the newest value, once it is done', async () => {
  const heard: number[] = [];
  const ends: (() => void)[] = [];
  const call = latest((value: number) => {
    heard.push(value);
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  for (const value of [1, 2, 3, 4]) call(value);
  expect(heard).toEqual([1]);
  ends.shift()?.();
  await expect.poll(() => heard).toEqual([1, 4]);
  call(5);
  expect(heard).toEqual([1, 4]);
  ends.shift()?.();
  await expect.poll(() => heard).toEqual([1, 4, 5]);
});

it('lets a rejection surface, and goes on', async () => {
  const surfaced: unknown[] = [];
  const before = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => surfaced.push(reason));
  try {
    const heard: number[] = [];
    const call = latest(async (value: number) => {
      heard.push(value);
      await Promise.resolve();
      if (value === 1) throw new Error('of the listener');
    });
    call(1);
    call(2);
    await expect.poll(() => heard).toEqual([1, 2]);
    await expect.poll(() => surfaced).toEqual([new Error('of the listener')]);
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of before) process.on('unhandledRejection', listener);
  }
});
