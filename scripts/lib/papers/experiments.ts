import { adding2015, addingToday } from './adding.ts';
import { figure6, floors } from './exact.ts';
import type { Experiment } from './experiment.ts';
import { order2013 } from './order-2013.ts';
import { reluGradient } from './relu.ts';
import { adding1997, adding1997Linear, order1997 } from './train-1997.ts';

/** In the order of the table. */
export const experiments: readonly Experiment[] = [
  figure6,
  floors,
  reluGradient,
  order1997,
  adding1997,
  adding1997Linear,
  ...addingToday,
  ...order2013,
  ...adding2015,
];
