import * as bptt from 'kernel-lib/bptt';
import { gruWith, type GruForm, type SequenceOptions, type State } from 'kernel-lib/cells';
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
];
