import * as tf from '@tensorflow/tfjs-node';
import { checkShape } from '../tensor';
import type { GatedCell } from './cell';
import {
  lstm,
  nameWith,
  nonlinearities,
  withForgetBias,
  type LstmActivations,
  type LstmGates,
  type LstmOptions,
  type LstmParams,
  type LstmState,
} from './lstm';
import { drawGates, hoistGates, joinGates } from './lstm-gates';

/** A gate that can look at the memory. */
export type PeepholeGate = 'i' | 'f' | 'o';

/** An LSTM's, and pk [hidden] for each gate k that looks at the memory. */
export type LstmPeepholeParams<Gate extends PeepholeGate = PeepholeGate> = LstmParams &
  Readonly<Record<`p${Gate}`, tf.Tensor1D>>;

/** Which gates look at the memory, and the activations. */
export interface LstmPeepholeForm<Gate extends PeepholeGate = PeepholeGate> extends LstmActivations {
  /** All three unless given. */
  readonly peepholes?: readonly Gate[];
}

/** The LSTM with peepholes as a cell. */
export type LstmPeepholeCell<Gate extends PeepholeGate = PeepholeGate> = GatedCell<
  LstmPeepholeParams<Gate>,
  LstmState,
  LstmOptions,
  LstmGates
>;

const gates = ['i', 'f', 'o', 'g'] as const;
const allPeepholes = ['i', 'f', 'o'] as const;

/**
 * LSTM whose gates look at the memory, Gers and Schmidhuber 2000, Recurrent nets that time and count:
 *   i_t = σ(x_t Wxi + h_{t-1} Whi + pi ⊙ c_{t-1} + bi)
 *   f_t = σ(x_t Wxf + h_{t-1} Whf + pf ⊙ c_{t-1} + bf)
 *   g_t = φ(x_t Wxg + h_{t-1} Whg + bg)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
 *   o_t = σ(x_t Wxo + h_{t-1} Who + po ⊙ c_t + bo)
 *   h_t = o_t ⊙ ψ(c_t)
 * o looks at the memory that it lets out, c_t. Partial peepholes leave out the pk of the gates that do not look. `init` draws
 * every pk zero, so that training starts from an LSTM without them.
 * Shapes: x [batch, input]; h, c and every gate [batch, hidden].
 *
 * @throws Error for a peephole or an activation that is none
 */
export function lstmPeepholeWith<Gate extends PeepholeGate = PeepholeGate>(
  form: LstmPeepholeForm<Gate> = {},
): LstmPeepholeCell<Gate> {
  const { σ, φ, ψ } = nonlinearities(form);
  const looking = checkPeepholes(form);
  // o looks at c_t, so that the gates are not to be had without it.
  const inside = (
    params: LstmPeepholeParams<Gate>,
    x: tf.Tensor2D,
    { h, c }: LstmState,
  ): LstmGates & { c_t: tf.Tensor2D } => {
    const { Wxi, Whi, bi, Wxf, Whf, bf, Wxo, Who, bo, Wxg, Whg, bg } = params;
    const { pi, pf, po } = peepholesOf(params, looking);
    const i = σ(x.matMul(Wxi).add(h.matMul(Whi)).add(pi.mul(c)).add(bi));
    const f = σ(x.matMul(Wxf).add(h.matMul(Whf)).add(pf.mul(c)).add(bf));
    const g = φ(x.matMul(Wxg).add(h.matMul(Whg)).add(bg));
    const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(g));
    const o = σ(x.matMul(Wxo).add(h.matMul(Who)).add(po.mul(c_t)).add(bo));
    return { i, f, o, g, c_t };
  };
  return {
    name: nameWith('lstm', form, `${looking.length === 1 ? 'peephole' : 'peepholes'} ${looking.join(' ')}`),

    init(options) {
      const params = withForgetBias(drawGates(gates, options), options);
      const peepholes = looking.map((gate) => [`p${gate}`, tf.zeros([options.hiddenSize])]);
      return { ...params, ...Object.fromEntries(peepholes) } as LstmPeepholeParams<Gate>;
    },

    sizes(params) {
      const { inputSize, hiddenSize } = lstm.sizes(params);
      for (const gate of looking) {
        checkShape(`p${gate}`, params[`p${gate}`] as tf.Tensor, [{ hidden: hiddenSize }], 'it must match Whi');
      }
      return { inputSize, hiddenSize };
    },

    initialState: (params, batch) => lstm.initialState(params, batch),

    gates(params, x, state) {
      const { i, f, o, g } = inside(params, x, state);
      return { i, f, o, g };
    },

    step(params, x, state) {
      const { o, c_t } = inside(params, x, state);
      return { h: o.mul(ψ(c_t)), c: c_t };
    },

    hoist(params, xs) {
      const gatesAt = hoistGates(gates, joinGates(gates, params), xs);
      const { pi, pf, po } = peepholesOf(params, looking);
      return (t, { h, c }) => {
        const a = gatesAt(t, h);
        const i = σ(a.i.add(pi.mul(c)));
        const f = σ(a.f.add(pf.mul(c)));
        const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(φ(a.g)));
        const o = σ(a.o.add(po.mul(c_t)));
        return { h: o.mul(ψ(c_t)), c: c_t };
      };
    },
  };
}

/** {@link lstmPeepholeWith} full peepholes: all three gates look. */
export const lstmPeephole: LstmPeepholeCell = lstmPeepholeWith();

/**
 * @throws Error unless every peephole is a gate's, and none is given twice
 */
export function checkPeepholes<Gate extends PeepholeGate>({ peepholes }: LstmPeepholeForm<Gate>): readonly Gate[] {
  const looking = peepholes ?? (allPeepholes as readonly PeepholeGate[] as readonly Gate[]);
  const known = looking.every((gate) => allPeepholes.includes(gate));
  if (!known || looking.length === 0 || new Set(looking).size < looking.length) {
    throw new Error(`peepholes: got [${looking.join(', ')}], expected one or more of i, f and o, each once.`);
  }
  return looking;
}

/** pi, pf and po; 0 for a gate that does not look. */
export function peepholesOf<Gate extends PeepholeGate>(
  params: LstmPeepholeParams<Gate>,
  looking: readonly Gate[],
): Readonly<Record<`p${PeepholeGate}`, tf.Tensor>> {
  const zero = tf.scalar(0);
  const named: Readonly<Record<string, tf.Tensor>> = params;
  const [pi, pf, po] = allPeepholes.map((gate) => {
    return (looking as readonly string[]).includes(gate) ? named[`p${gate}`] : undefined;
  });
  return { pi: pi ?? zero, pf: pf ?? zero, po: po ?? zero };
}
