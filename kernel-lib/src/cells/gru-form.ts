import type * as tf from '@tensorflow/tfjs-node';
import { activate, checkActivation, type Activation } from './activation';

/** Which of the gated recurrent units that go by that name. */
export interface GruForm {
  /**
   * Where the reset gate stands.
   * - `after` (the default): h̃_t = φ(x_t Wxh + bh + r_t ⊙ (h_{t-1} Whh + bhh)), as cuDNN, PyTorch, and Keras compute it
   * - `before`: h̃_t = φ(x_t Wxh + (r_t ⊙ h_{t-1}) Whh + bh), as Cho et al. 2014 wrote it, and `tf.layers` computes it
   */
  readonly reset?: 'before' | 'after';
  /**
   * What the update gate z is the share of.
   * - `keep` (the default): h_t = z_t ⊙ h_{t-1} + (1 − z_t) ⊙ h̃_t, as Cho et al. 2014, PyTorch, and Keras have it
   * - `replace`: h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t, as Chung et al. 2014 have it
   */
  readonly update?: 'keep' | 'replace';
  /** σ of the gates r and z: `sigmoid` unless given. */
  readonly gateActivation?: Activation;
  /** φ of the candidate h̃: `tanh` unless given. */
  readonly candidateActivation?: Activation;
}

/** A form with nothing left open. */
export type WholeGruForm = Required<GruForm>;

/**
 * Fills in what PyTorch and Keras compute by default.
 *
 * @throws Error for a choice that there is none of
 */
export function wholeGruForm(form: GruForm): WholeGruForm {
  const { reset = 'after', update = 'keep', gateActivation = 'sigmoid', candidateActivation = 'tanh' } = form;
  checkChoice('reset', reset, 'before', 'after');
  checkChoice('update', update, 'keep', 'replace');
  checkActivation(gateActivation, 'gateActivation');
  checkActivation(candidateActivation, 'candidateActivation');
  return { reset, update, gateActivation, candidateActivation };
}

/** 'gru', and in brackets where the form is another than the default one. */
export function gruName({ reset, update, gateActivation, candidateActivation }: WholeGruForm): string {
  const differences = [
    ...(reset === 'after' ? [] : ['reset before']),
    ...(update === 'keep' ? [] : ['z replaces']),
    ...(gateActivation === 'sigmoid' ? [] : [`gate ${gateActivation}`]),
    ...(candidateActivation === 'tanh' ? [] : [`candidate ${candidateActivation}`]),
  ];
  return differences.length === 0 ? 'gru' : `gru (${differences.join(', ')})`;
}

/** σ and φ, as the equations call them. */
export function gruNonlinearities({ gateActivation, candidateActivation }: WholeGruForm): {
  readonly σ: (a: tf.Tensor2D) => tf.Tensor2D;
  readonly φ: (a: tf.Tensor2D) => tf.Tensor2D;
} {
  return { σ: (a) => activate(gateActivation, a), φ: (a) => activate(candidateActivation, a) };
}

/** h_t between h_{t-1} and h̃_t: each convention of {@link GruForm} with one product instead of two. */
export function interpolate(
  update: WholeGruForm['update'],
  z: tf.Tensor2D,
  h: tf.Tensor2D,
  hTilde: tf.Tensor2D,
): tf.Tensor2D {
  return update === 'keep' ? hTilde.add(z.mul(h.sub(hTilde))) : h.add(z.mul(hTilde.sub(h)));
}

function checkChoice(name: string, got: string, first: string, second: string): void {
  if (got !== first && got !== second) throw new Error(`${name}: got '${got}', expected '${first}' or '${second}'.`);
}
