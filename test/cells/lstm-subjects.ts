import * as bptt from 'kernel-lib/bptt';
import { lstmWith, type LstmActivations } from 'kernel-lib/cells';
import type { Subject } from './derivations';
import type { CaseSizes } from './reference/case';
import { plainLstm } from './reference/lstm';

type Shapes = Record<string, readonly number[]>;

const gateShapes = (gates: readonly string[], { input, hidden }: CaseSizes): Shapes =>
  Object.fromEntries(
    gates.flatMap((gate) => [
      [`Wx${gate}`, [input, hidden]],
      [`Wh${gate}`, [hidden, hidden]],
      [`b${gate}`, [hidden]],
    ]),
  );

const lstm = (activations: LstmActivations): Subject => ({
  cell: lstmWith(activations),
  backward: ((params, xs, dOutputs, options) =>
    bptt.lstm(params, xs, dOutputs, { ...options, ...activations })) satisfies typeof bptt.lstm,
  plain: plainLstm(activations),
  paramShapes: (sizes) => gateShapes(['i', 'f', 'o', 'g'], sizes),
  golden: 'lstm.json',
});

/** Every LSTM with everything that must agree on it. */
export const lstmSubjects: readonly Subject[] = [lstm({}), lstm({ gateActivation: 'hard_sigmoid' })];
