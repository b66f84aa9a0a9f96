import * as tf from '@tensorflow/tfjs-node';
import type { Params } from '../cells';
import { checkIds } from '../tensor';
import type { SymbolModel } from './generate';
import type { LanguageModelCell, LanguageModelParams } from './language-model';

type Floats = Float32Array;
const σ = (a: number): number => 1 / (1 + Math.exp(-a));

/** How a recurrence goes on, for one sequence and on plain numbers. */
interface Form {
  /** In the order in which they stand side by side. */
  readonly gates: readonly string[];
  /**
   * The state after a symbol, written into h (and c).
   * @param x of every gate in turn, x_t Wx + b
   * @param s of every gate in turn, h_{t-1} Wh
   */
  step(x: Floats, s: Floats, h: Floats, c: Floats, inner: Floats): void;
}

/** The equations as the cells `rnn`, `gru` and `lstm` have them. */
const forms: Readonly<Record<LanguageModelCell, Form>> = {
  rnn: {
    gates: ['h'],
    step(x, s, h) {
      for (let k = 0; k < h.length; k++) h[k] = Math.tanh(at(x, k) + at(s, k));
    },
  },
  gru: {
    gates: ['z', 'r', 'h'],
    step(x, s, h, _, bhh) {
      const n = h.length;
      for (let k = 0; k < n; k++) {
        const z = σ(at(x, k) + at(s, k));
        const r = σ(at(x, n + k) + at(s, n + k));
        const candidate = Math.tanh(at(x, 2 * n + k) + r * (at(s, 2 * n + k) + at(bhh, k)));
        h[k] = z * at(h, k) + (1 - z) * candidate;
      }
    },
  },
  lstm: {
    gates: ['i', 'f', 'g', 'o'],
    step(x, s, h, c) {
      const n = h.length;
      for (let k = 0; k < n; k++) {
        const i = σ(at(x, k) + at(s, k));
        const f = σ(at(x, n + k) + at(s, n + k));
        const g = Math.tanh(at(x, 2 * n + k) + at(s, 2 * n + k));
        const o = σ(at(x, 3 * n + k) + at(s, 3 * n + k));
        c[k] = f * at(c, k) + i * g;
        h[k] = o * Math.tanh(at(c, k));
      }
    },
  },
};

const at = (values: Floats, k: number): number => values[k] ?? 0;

/**
 * A language model that is told one symbol and scores the next, as fast as one symbol at a time can be: the state and what a
 * symbol adds to the gates (a row of Wx) are plain numbers, and all weights that the state meets are one matrix,
 *   h_t (Wh Why) = (h_t Wh, h_t Why)
 * so that a symbol is one native product: its first part is what the next step needs, its second the logits. The weights are put
 * together at the first step and again after `dispose`.
 */
export function writerOf(kind: LanguageModelCell, size: number, params: LanguageModelParams): SymbolModel {
  const form = forms[kind];
  let page: Page | undefined;
  return {
    step(id) {
      checkIds('writer: ids', [id], size);
      page ??= open(form, params);
      const { table, W, by, h, c, inner, wide } = page;
      form.step(table.subarray(id * wide, (id + 1) * wide), page.s, h, c, inner);
      const now = tf.tensor2d(h, [1, h.length]);
      const product = tf.matMul(now, W);
      const values = product.dataSync<'float32'>();
      now.dispose();
      product.dispose();
      page.s = values.subarray(0, wide);
      return values.subarray(wide).map((y, k) => y + at(by, k));
    },
    dispose() {
      page?.W.dispose();
      page = undefined;
    },
  };
}

/** What a writer holds while it writes. */
interface Page {
  /** x Wx + b of every symbol [size, wide], where `wide` is gates · hidden. */
  readonly table: Floats;
  /** (Wh Why) [hidden, wide + size] */
  readonly W: tf.Tensor2D;
  readonly by: Floats;
  /** bhh of the GRU, zeros of the others. */
  readonly inner: Floats;
  readonly wide: number;
  readonly h: Floats;
  readonly c: Floats;
  /** h Wh */
  s: Floats;
}

function open({ gates }: Form, { cell, readout }: LanguageModelParams): Page {
  const parts: Params & { readonly bhh?: tf.Tensor } = cell;
  const beside = (name: string): tf.Tensor[] => gates.map((gate) => parts[name + gate]).filter((part) => part !== undefined); // prettier-ignore
  const { Why, by } = readout;
  const hidden = Why.shape[0];
  const W = tf.tidy(() => tf.concat([...beside('Wh'), Why], 1) as tf.Tensor2D);
  return {
    table: tf.tidy(() =>
      tf
        .concat(beside('Wx'), 1)
        .add(tf.concat(beside('b')))
        .dataSync<'float32'>(),
    ),
    ...{ W: tf.keep(W), wide: gates.length * hidden, by: by.dataSync<'float32'>() },
    inner: parts.bhh?.dataSync<'float32'>() ?? new Float32Array(hidden),
    ...{ h: new Float32Array(hidden), c: new Float32Array(hidden), s: new Float32Array(gates.length * hidden) },
  };
}
