import * as bptt from 'kernel-lib/bptt';
import {
  conditionedRnn,
  irnn,
  jordanDecayWith,
  jordanWith,
  minGruWith,
  minLstmWith,
  rnn,
  rnnWith,
  slstmWith,
  stackRnnWith,
  type MinimalForm,
} from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import type { Subject } from './derivations';
import type { CaseSizes } from './reference/case';
import { plainConditionedRnn } from './reference/conditioned-rnn';
import { plainJordan } from './reference/jordan';
import { plainMinGru, plainMinLstm } from './reference/minimal';
import { plainReluRnn, plainTanhRnn } from './reference/rnn';
import { plainSlstm } from './reference/slstm';
import { plainStackRnn } from './reference/stack-rnn';

const rnnShapes: Subject['paramShapes'] = ({ input, hidden }) => ({
  Wxh: [input, hidden],
  Whh: [hidden, hidden],
  bh: [hidden],
});
const reluBackward: typeof bptt.rnn = (params, xs, dOutputs, options) =>
  bptt.rnn(params, xs, dOutputs, { ...options, activation: 'relu' });

const nativeReluRnn: typeof native.rnn = (params, xs, options) =>
  native.rnn(params, xs, { ...options, activation: 'relu' });

/** The hidden units are more than the output's. */
const jordanShapes = ({ input, hidden: output }: CaseSizes): Record<string, readonly number[]> => {
  const hidden = output + 2;
  return { Wxh: [input, hidden], Wyh: [output, hidden], bh: [hidden], Why: [hidden, output], by: [output] };
};

const linearShapes =
  (gates: readonly string[]): Subject['paramShapes'] =>
  ({ input, hidden }) =>
    Object.fromEntries(gates.flatMap((gate) => [[`Wx${gate}`, [input, hidden]], [`b${gate}`, [hidden]]])); // prettier-ignore

const minGru = (form: MinimalForm): Subject => ({
  cell: minGruWith(form),
  backward: ((params, xs, dOutputs, options) =>
    bptt.minGru(params, xs, dOutputs, { ...options, ...form })) satisfies typeof bptt.minGru,
  plain: plainMinGru(form.log ?? false),
  paramShapes: linearShapes(['z', 'h']),
  golden: 'others.json',
});

const minLstm = (form: MinimalForm): Subject => ({
  cell: minLstmWith(form),
  backward: ((params, xs, dOutputs, options) =>
    bptt.minLstm(params, xs, dOutputs, { ...options, ...form })) satisfies typeof bptt.minLstm,
  plain: plainMinLstm(form.log ?? false),
  paramShapes: linearShapes(['f', 'i', 'h']),
  golden: 'others.json',
});

const slstm = (forget: 'sigmoid' | 'exp'): Subject => ({
  cell: slstmWith({ forget }),
  plain: plainSlstm(forget),
  paramShapes: ({ input, hidden }) =>
    Object.fromEntries(
      ['i', 'f', 'o', 'z'].flatMap((gate) => [
        [`Wx${gate}`, [input, hidden]],
        [`Wh${gate}`, [hidden, hidden]],
        [`b${gate}`, [hidden]],
      ]),
    ),
  golden: 'others.json',
});

const stackRnn = (seen: number): Subject => ({
  cell: stackRnnWith({ depth: 4, seen }),
  plain: plainStackRnn({ depth: 4, seen }),
  paramShapes: ({ input, hidden }) => ({
    ...{ Wxh: [input, hidden], Whh: [hidden, hidden], Wsh: [seen, hidden] },
    ...{ Wha: [hidden, 2], Whs: [hidden, 1] },
  }),
  golden: 'others.json',
});

/** Every cell that is neither an LSTM nor a GRU of the usual kind, with everything that must agree on it. */
export const otherSubjects: readonly Subject[] = [
  {
    cell: rnn,
    backward: bptt.rnn,
    native: native.rnn,
    plain: plainTanhRnn,
    paramShapes: rnnShapes,
    golden: 'rnn.json',
  },
  {
    cell: rnnWith('relu'),
    backward: reluBackward,
    native: nativeReluRnn,
    plain: plainReluRnn,
    paramShapes: rnnShapes,
    golden: 'rnn.json',
  },
  {
    cell: irnn,
    backward: reluBackward,
    native: nativeReluRnn,
    plain: plainReluRnn,
    paramShapes: rnnShapes,
    golden: 'rnn.json',
    goldenName: 'rnn (relu)',
  },
  {
    cell: jordanWith(),
    backward: bptt.jordan,
    plain: plainJordan({}),
    paramShapes: jordanShapes,
    golden: 'others.json',
  },
  {
    cell: jordanWith({ outputActivation: 'sigmoid' }),
    backward: ((params, xs, dOutputs, options) =>
      bptt.jordan(params, xs, dOutputs, { ...options, outputActivation: 'sigmoid' })) satisfies typeof bptt.jordan,
    plain: plainJordan({ outputActivation: 'sigmoid' }),
    paramShapes: jordanShapes,
    golden: 'others.json',
  },
  {
    cell: jordanDecayWith({ decay: 0.75 }),
    plain: plainJordan({ decay: 0.75 }),
    paramShapes: jordanShapes,
    golden: 'others.json',
  },
  {
    cell: conditionedRnn,
    backward: bptt.conditionedRnn,
    plain: plainConditionedRnn,
    paramShapes: (sizes) => ({ ...rnnShapes(sizes), Wvh: [sizes.hidden + 1, sizes.hidden] }),
    golden: 'others.json',
  },
  minGru({}),
  minGru({ log: true }),
  minLstm({}),
  minLstm({ log: true }),
  slstm('sigmoid'),
  slstm('exp'),
  stackRnn(2),
  stackRnn(3),
];
