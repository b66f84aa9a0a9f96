import type * as tf from '@tensorflow/tfjs-node';
import {
  activate,
  type Cell,
  type GruForm,
  type GruState,
  type LstmActivations,
  type LstmState,
  type Params,
  type State,
} from '../cells';
import { maskOf, type DropoutMask, type DropoutMasks } from './dropout-masks';

/** What a gate sees of x or h. */
const seen = (value: tf.Tensor2D, mask: DropoutMask | undefined, n: number): tf.Tensor2D => {
  const dropped = maskOf(mask, n);
  return dropped ? value.mul(dropped) : value;
};

/** Whether anything is dropped. */
export const drops = ({ dropoutMask, recurrentDropoutMask }: DropoutMasks): boolean =>
  Boolean(dropoutMask) || Boolean(recurrentDropoutMask);

/** x_t Wxk + bk and h_{t-1} Whk of gate k, the n-th, from x_t and h_{t-1} as it sees them. */
function sides(params: Params, { dropoutMask, recurrentDropoutMask }: DropoutMasks, gates: readonly string[]) {
  const of = (name: string): tf.Tensor2D => params[name] as tf.Tensor2D;
  return {
    fromX: (gate: string, x: tf.Tensor2D): tf.Tensor2D =>
      seen(x, dropoutMask, gates.indexOf(gate))
        .matMul(of(`Wx${gate}`))
        .add(of(`b${gate}`)),
    fromH: (gate: string, h: tf.Tensor2D): tf.Tensor2D =>
      seen(h, recurrentDropoutMask, gates.indexOf(gate)).matMul(of(`Wh${gate}`)) as tf.Tensor2D,
  };
}

/** The same cell, walked along by another step. */
const stepping = <S extends State>(
  cell: Cell<Params, S, never>,
  step: Cell<Params, S, never>['step'],
): Cell<Params, S, never> => ({
  name: cell.name,
  init: (options) => cell.init(options),
  sizes: (params) => cell.sizes(params),
  initialState: (params, batch) => cell.initialState(params, batch),
  step,
});

/** The simple recurrent network that sees x_t ⊙ mx and h_{t-1} ⊙ mh. */
export function droppedRnn<S extends State>(cell: Cell<Params, S, never>, masks: DropoutMasks): Cell<Params, S, never> {
  return stepping(cell, (params, x, state) => {
    const h = seen(state.h, masks.recurrentDropoutMask, 0);
    return cell.step(params, seen(x, masks.dropoutMask, 0), { ...state, h });
  });
}

/**
 * The LSTM whose gates k see x_t ⊙ mxk and h_{t-1} ⊙ mhk; nothing meets c.
 *   i = σ((x ⊙ mxi) Wxi + (h ⊙ mhi) Whi + pi c + bi)    f, g and o likewise, o with po c'
 *   c' = f c + i g    h' = o ψ(c')
 */
export function droppedLstm(
  cell: Cell<Params, LstmState, never>,
  { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh' }: LstmActivations,
  masks: DropoutMasks,
): Cell<Params, LstmState, never> {
  return stepping(cell, (params, x, { h, c }) => {
    const { fromX, fromH } = sides(params, masks, ['i', 'f', 'g', 'o']);
    const a = (gate: string): tf.Tensor2D => fromX(gate, x).add(fromH(gate, h));
    const looking = (gate: string, memory: tf.Tensor2D): tf.Tensor2D => {
      const { [`p${gate}`]: peephole } = params;
      return peephole ? a(gate).add(peephole.mul(memory)) : a(gate);
    };
    const i = activate(gateActivation, looking('i', c));
    const f = activate(gateActivation, looking('f', c));
    const g = activate(candidateActivation, a('g'));
    const c_t = f.mul(c).add<tf.Tensor2D>(i.mul(g));
    const o = activate(gateActivation, looking('o', c_t));
    return { h: o.mul(activate(outputActivation, c_t)), c: c_t };
  });
}

/**
 * The GRU whose gates k see x_t ⊙ mxk and h_{t-1} ⊙ mhk; the h that is carried on is all of it, or with `carryDropped` h ⊙ mh.
 *   z = σ((x ⊙ mxz) Wxz + (h ⊙ mhz) Whz + bz)    r likewise
 *   h~ = φ((x ⊙ mxh) Wxh + bh + r ((h ⊙ mhh) Whh + bhh)), or with reset 'before' φ((x ⊙ mxh) Wxh + (r h ⊙ mhh) Whh + bh)
 *   h' = z h + (1 - z) h~, or with update 'replace' h' = (1 - z) h + z h~
 */
export function droppedGru(
  cell: Cell<Params, GruState, never>,
  { reset, update, gateActivation = 'sigmoid', candidateActivation = 'tanh' }: GruForm,
  masks: DropoutMasks & { readonly carryDropped?: boolean },
): Cell<Params, GruState, never> {
  return stepping(cell, (params, x, { h }) => {
    const { fromX, fromH } = sides(params, masks, ['z', 'r', 'h']);
    const z = activate(gateActivation, fromX('z', x).add<tf.Tensor2D>(fromH('z', h)));
    const r = activate(gateActivation, fromX('r', x).add<tf.Tensor2D>(fromH('r', h)));
    const recurrent = reset === 'before' ? fromH('h', r.mul(h)) : r.mul(fromH('h', h).add(params.bhh as tf.Tensor));
    const hTilde = activate(candidateActivation, fromX('h', x).add<tf.Tensor2D>(recurrent));
    const carried = masks.carryDropped ? seen(h, masks.recurrentDropoutMask, 0) : h;
    const [kept, fresh] = update === 'replace' ? [hTilde, carried] : [carried, hTilde];
    return { h: fresh.add(z.mul(kept.sub(fresh))) };
  });
}
