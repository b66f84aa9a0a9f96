import { expect, it } from 'vitest';
import { contenders, refusal, startWorker } from '../../scripts/lib/bench/contenders';

it('without the own ops, leaves out what would run on them and nothing else of that worker', async () => {
  const env = { ...process.env, UNROLLED_OPS: '' };
  const stock = await startWorker('stock', env);
  stock.process.stop();
  expect(stock.reason).toBe('UNROLLED_OPS is stock.');
  const refused = contenders.filter((contender) => refusal(contender, stock) !== undefined);
  expect(refused.map(({ name }) => name)).toEqual(['native, own ops']);
});
