import * as tf from '@tensorflow/tfjs-node';
import { checkSequence, zeroWhereMasked, type Cell, type PaddedOptions, type Params, type State } from '../cells';
import { at, checkFinite } from '../tensor';
import { overTime, walkNoting } from './record';
import { recordGradients } from './record-gradients';
import type { Unrolled } from './unroll';

/** The first number that is NaN or infinite, and where it stands. */
export type NonFinite = Readonly<{
  kind: 'weight' | 'initial state' | 'input' | 'gate' | 'state' | 'loss' | 'gradient';
  /** As in the equations: `Wxh`, `x`, `f`, `c`; `dh`, `dx` or `dWhh` of a gradient; `loss`. */
  name: string;
  value: number;
  /** The time step, counted from 0 along xs, where the number belongs to one. */
  step?: number;
  /** The place in the batch, where the number belongs to one. */
  sequence?: number;
  /** All of it in a sentence, with what was finite before it. */
  message: string;
}>;

/** How the walk goes that is to be looked at. */
export interface NonFiniteOptions<S extends State> extends PaddedOptions<S> {
  /** E, of what `unroll` gives: to look at the loss and at its gradients on their way back, where all else is finite. */
  readonly loss?: (walked: Unrolled<S>) => tf.Scalar;
}

/**
 * Looks for the first NaN or infinite number of a walk, in the order in which they come into being: the weights, the initial
 * state; then step by step the input x_t, each gate (what `cell.gates` shows, in the order of the equations) and each part of
 * the state, h last; then, with a loss, the loss, and from the last step to the first ∂E/∂s_t of each part of the state, and
 * at the end the gradients of the inputs and the weights. What is masked is not looked at.
 * An infinity that a gate's σ turns into 0 or 1 again is none: nothing that comes after it is infinite.
 * Reads all of it back: for finding out, not for every step of training (for which there is `unroll`'s `checkFinite`).
 *
 * @returns what was found, or nothing where all is finite
 * @throws Error, before any op runs, for what {@link unroll} refuses
 */
export function firstNonFinite<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: NonFiniteOptions<S> = {},
): NonFinite | undefined {
  checkSequence(cell, params, xs, options);
  const { loss, initialState, ...padded } = options;
  const walkOptions: PaddedOptions<S> = { ...padded, ...(initialState && { initialState }) };
  return (
    firstAnywhere('weight', params, (name) => `the weight ${name}`) ??
    firstAnywhere('initial state', initialState ?? {}, (name) => `the initial state's ${name}`) ??
    firstForward(cell, params, xs, walkOptions) ??
    (loss && firstBackward(cell, params, xs, walkOptions, loss))
  );
}

/** Whether every number of every tensor is finite: one number is read back. */
export function allFinite(tensors: readonly tf.Tensor[]): boolean {
  return tf.tidy(() => {
    return tf.stack(tensors.map((tensor) => tf.isFinite(tensor).all())).all().dataSync()[0] === 1; // prettier-ignore
  });
}

function firstForward<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S>,
): NonFinite | undefined {
  return tf.tidy(() => {
    const { walked, gates } = walkNoting(cell, params, xs, options);
    const { order, states, mask } = walked;
    const taken = (values: tf.Tensor3D): tf.Tensor3D => (mask ? zeroWhereMasked(values, mask) : values);
    const parts = Object.entries<tf.Tensor3D>(overTime(states)).sort(
      ([a], [b]) => Number(a === 'h') - Number(b === 'h'),
    );
    const inOrder: Series[] = [
      { kind: 'input', name: 'x', values: walked.read },
      ...Object.entries(gates).map(([name, values]) => ({ kind: 'gate', name, values: taken(values) }) as const),
      ...parts.map(([name, values]) => ({ kind: 'state', name, values }) as const),
    ];
    const found = firstInTime(inOrder, order);
    if (!found) return undefined;
    const { kind, name, step, sequence, value } = found;
    const before = inOrder.slice(
      0,
      inOrder.findIndex((series) => series.kind === kind && series.name === name),
    );
    const place = `step ${step}, sequence ${sequence}: `;
    if (kind === 'input')
      return { ...found, message: `${place}the input x is ${value}; everything before it was finite.` };
    const previous = order[order.indexOf(step) - 1];
    const finite = [
      ...before.map((series) => ({ label: series.name, at: step, series })),
      ...(previous === undefined ? [] : inOrder.slice(-parts.length)).map((series) => {
        return { label: series.name, at: previous ?? 0, series };
      }),
    ].map(({ label, at: t, series }) => `${label} at step ${t} (at most ${largest(series.values, t, sequence)})`);
    const article = kind === 'gate' ? 'gate ' : 'the state ';
    return { ...found, message: `${place}${article}${name} is ${value}; finite were ${listed(finite)}.` };
  });
}

function firstBackward<P extends Params, S extends State, Options>(
  cell: Cell<P, S, Options>,
  params: P,
  xs: tf.Tensor3D,
  options: PaddedOptions<S>,
  lossOf: (walked: Unrolled<S>) => tf.Scalar,
): NonFinite | undefined {
  return tf.tidy(() => {
    const { loss, states, xs: dxs, params: dParams } = recordGradients(cell, params, xs, lossOf, options);
    const E = loss.dataSync()[0] ?? NaN;
    if (!Number.isFinite(E)) {
      const message = `the loss is ${E}; every input, weight, gate and state was finite.`;
      const found: NonFinite = { kind: 'loss', name: 'loss', value: E, message };
      return found;
    }
    const order = [...Array(xs.shape[1]).keys()];
    if (!options.reverse) order.reverse();
    const inOrder = Object.entries<tf.Tensor3D>(states).map(([name, values]) => {
      return { kind: 'gradient', name: `d${name}`, values } as const;
    });
    const found = firstInTime(inOrder, order) ?? firstInTime([{ kind: 'gradient', name: 'dx', values: dxs }], order);
    if (!found) {
      const named = Object.fromEntries(Object.entries(dParams).map(([name, gradient]) => [`d${name}`, gradient]));
      return firstAnywhere('gradient', named, (name) => `the gradient ${name}`);
    }
    const { name, step, sequence, value } = found;
    const later = order[order.indexOf(step) - 1];
    const finite =
      later === undefined
        ? 'the loss was finite'
        : `finite were ${listed(inOrder.map((series) => `${series.name} at step ${later} (at most ${largest(series.values, later, sequence)})`))}`;
    return { ...found, message: `step ${step}, sequence ${sequence}: the gradient ${name} is ${value}; ${finite}.` };
  });
}

interface Series {
  readonly kind: NonFinite['kind'];
  readonly name: string;
  /** [batch, time, ...] */
  readonly values: tf.Tensor3D;
}

type Found = Required<Omit<NonFinite, 'message'>>;

/** The first number of the first series, at the first step in the given order. */
function firstInTime(series: readonly Series[], order: readonly number[]): Found | undefined {
  const bad = series.map(({ values }) => tf.isFinite(values).logicalNot().any(2).arraySync() as number[][]);
  for (const step of order) {
    for (const [k, { kind, name, values }] of series.entries()) {
      const sequence = at(bad, k).findIndex((row) => row[step] === 1);
      if (sequence < 0) continue;
      const numbers = numbersAt(values, step, sequence);
      return { kind, name, step, sequence, value: numbers.find((value) => !Number.isFinite(value)) ?? NaN };
    }
  }
  return undefined;
}

function firstAnywhere(
  kind: NonFinite['kind'],
  tensors: Readonly<Record<string, tf.Tensor>>,
  phrase: (name: string) => string,
): NonFinite | undefined {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (allFinite([tensor])) continue;
    const value = Array.from(tensor.dataSync()).find((each) => !Number.isFinite(each)) ?? NaN;
    return { kind, name, value, message: messageOf(() => { checkFinite(phrase(name), tensor); }) }; // prettier-ignore
  }
  return undefined;
}

function messageOf(check: () => void): string {
  try {
    check();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function numbersAt(values: tf.Tensor3D, step: number, sequence: number): number[] {
  return tf.tidy(() => Array.from(values.slice([sequence, step, 0], [1, 1, -1]).dataSync()));
}

function largest(values: tf.Tensor3D, step: number, sequence: number): string {
  return Math.max(...numbersAt(values, step, sequence).map(Math.abs)).toPrecision(3);
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
