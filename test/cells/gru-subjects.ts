import * as bptt from 'kernel-lib/bptt';
import { gruWith, type GruForm, type GruState, type SequenceOptions, type State } from 'kernel-lib/cells';
import * as native from 'kernel-lib/native';
import type { NativeGruParams } from 'kernel-lib/native';
import type { Subject } from './derivations';
import { plainGru } from './reference/gru';

const gruSubject = (form: GruForm): Subject => {
  const whole = {
    reset: 'after',
    update: 'keep',
    gateActivation: 'sigmoid',
    candidateActivation: 'tanh',
    ...form,
  } as const;
  const gates = ['r', 'z', 'h'];
  return {
    cell: gruWith(form),
    backward: (params: never, xs, dOutputs, options: SequenceOptions<State>) =>
      bptt.gru(params, xs, dOutputs, { ...options, ...form } as never),
    native: (params: NativeGruParams, xs, options: SequenceOptions<GruState>) =>
      native.gru(params, xs, { ...options, ...form }),
    plain: plainGru(whole),
    paramShapes: ({ input, hidden }) => ({
      ...Object.fromEntries(gates.map((gate) => [`Wx${gate}`, [input, hidden]])),
      ...Object.fromEntries(gates.map((gate) => [`Wh${gate}`, [hidden, hidden]])),
      ...Object.fromEntries(gates.map((gate) => [`b${gate}`, [hidden]])),
      ...(whole.reset === 'after' && { bhh: [hidden] }),
    }),
    golden: 'gru.json',
  };
};

/** Both places of the reset gate, both conventions of the update gate, and every activation that has a use there. */
export const gruSubjects: readonly Subject[] = [
  gruSubject({}),
  gruSubject({ update: 'replace' }),
  gruSubject({ reset: 'before' }),
  gruSubject({ reset: 'before', update: 'replace' }),
  gruSubject({ gateActivation: 'hard_sigmoid', candidateActivation: 'relu' }),
  gruSubject({
    reset: 'before',
    update: 'replace',
    gateActivation: 'hard_sigmoid_keras2',
    candidateActivation: 'linear',
  }),
  gruSubject({ update: 'replace', candidateActivation: 'sigmoid' }),
  // 1 − z reaches 2: within 33 steps h grows to 10⁹, and all of it still agrees.
  gruSubject({ update: 'replace', gateActivation: 'tanh' }),
];
