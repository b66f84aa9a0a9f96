import { numpyOrders } from 'kernel-lib/data/numpy-shuffle';
import { expect, it } from 'vitest';

// r = numpy.random.RandomState(113), a = arange(2000), r.shuffle(a), twice: more numbers than the twister's 624 words at once.
it("goes on as NumPy's generator does when its words are used up", () => {
  const order = numpyOrders(113);
  const [first, second] = [order(2000), order(2000)];
  expect([...first.subarray(0, 8)]).toEqual([167, 269, 341, 1246, 354, 442, 1838, 600]);
  expect([...first.subarray(-4)]).toEqual([1610, 162, 732, 165]);
  expect([...second.subarray(0, 8)]).toEqual([1275, 657, 510, 1765, 57, 368, 1158, 1245]);
  const weighed = (values: Int32Array): number => values.reduce((sum, value, i) => sum + value * i, 0);
  expect([weighed(first), weighed(second)]).toEqual([1_981_558_713, 2_027_968_004]);
});

it('orders nothing, and one', () => {
  expect([[...numpyOrders(1)(0)], [...numpyOrders(1)(1)]]).toEqual([[], [0]]);
});
