import * as bptt from 'kernel-lib/bptt';
import {
  cifgWith,
  lstmCompact as compactCell,
  lstmPeepholeWith,
  lstmProjectionWith,
  lstmWith,
  type LstmActivations,
  type LstmPeepholeForm,
  type PeepholeGate,
} from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import type { NativeLstmOptions, NativeLstmParams } from 'kernel-lib/native';
import type { Subject, Walk } from './derivations';
import type { CaseSizes } from './reference/case';
import { plainLstm } from './reference/lstm';
import { plainCompactLstm } from './reference/lstm-compact';

type Shapes = Record<string, readonly number[]>;

const gateShapes = (gates: readonly string[], { input, hidden }: CaseSizes, cell = hidden): Shapes =>
  Object.fromEntries(
    gates.flatMap((gate) => [
      [`Wx${gate}`, [input, cell]],
      [`Wh${gate}`, [hidden, cell]],
      [`b${gate}`, [cell]],
    ]),
  );

const nativeLstm = ({ gateActivation, candidateActivation, outputActivation }: LstmActivations): Walk => {
  const activations = {
    ...(gateActivation && { gateActivation }),
    ...(candidateActivation && { candidateActivation }),
    ...(outputActivation && { outputActivation }),
  };
  return (params: NativeLstmParams, xs, options: NativeLstmOptions) =>
    native.lstm(params, xs, { ...options, ...activations });
};

const lstm = (activations: LstmActivations): Subject => ({
  cell: lstmWith(activations),
  backward: ((params, xs, dOutputs, options) =>
    bptt.lstm(params, xs, dOutputs, { ...options, ...activations })) satisfies typeof bptt.lstm,
  native: nativeLstm(activations),
  plain: plainLstm(activations),
  paramShapes: (sizes) => gateShapes(['i', 'f', 'o', 'g'], sizes),
  golden: 'lstm.json',
});

const lstmPeephole = (form: LstmPeepholeForm): Subject => ({
  cell: lstmPeepholeWith(form),
  backward: ((params, xs, dOutputs, options) =>
    bptt.lstmPeephole(params, xs, dOutputs, { ...options, ...form } as never)) satisfies typeof bptt.lstmPeephole,
  native: nativeLstm(form),
  plain: plainLstm(form),
  paramShapes: (sizes) => ({
    ...gateShapes(['i', 'f', 'o', 'g'], sizes),
    ...Object.fromEntries(
      (form.peepholes ?? (['i', 'f', 'o'] satisfies PeepholeGate[])).map((gate) => [`p${gate}`, [sizes.hidden]]),
    ),
  }),
  golden: 'lstm.json',
});

const cifg = (activations: LstmActivations): Subject => ({
  cell: cifgWith(activations),
  backward: ((params, xs, dOutputs, options) =>
    bptt.cifg(params, xs, dOutputs, { ...options, ...activations })) satisfies typeof bptt.cifg,
  plain: plainLstm(activations),
  paramShapes: (sizes) => gateShapes(['i', 'o', 'g'], sizes),
  golden: 'lstm.json',
});

const lstmProjection = (activations: LstmActivations): Subject => ({
  cell: lstmProjectionWith(activations),
  backward: ((params, xs, dOutputs, options) =>
    bptt.lstmProjection(params, xs, dOutputs, { ...options, ...activations })) satisfies typeof bptt.lstmProjection,
  plain: plainLstm(activations),
  paramShapes: (sizes) => {
    const cell = sizes.hidden + 2;
    return { ...gateShapes(['i', 'f', 'o', 'g'], sizes, cell), Wmh: [cell, sizes.hidden] };
  },
  golden: 'lstm.json',
});

const lstmCompact: Subject = {
  cell: compactCell,
  backward: bptt.lstmCompact,
  plain: plainCompactLstm,
  paramShapes: ({ input, hidden }) => ({ W: [input + hidden, 4 * hidden], b: [4 * hidden] }),
  golden: 'lstm.json',
};

/** Every LSTM with everything that must agree on it. */
export const lstmSubjects: readonly Subject[] = [
  lstm({}),
  lstm({ gateActivation: 'hard_sigmoid' }),
  lstm({ candidateActivation: 'relu', outputActivation: 'sigmoid' }),
  lstm({ outputActivation: 'linear' }),
  lstmPeephole({}),
  lstmPeephole({ peepholes: ['o'] }),
  lstmPeephole({ peepholes: ['i', 'f'], gateActivation: 'hard_sigmoid' }),
  cifg({}),
  cifg({ candidateActivation: 'relu' }),
  lstmProjection({}),
  lstmProjection({ gateActivation: 'hard_sigmoid' }),
  lstmCompact,
];
