import type { Rng } from 'kernel-lib/tensor';

/** Two blocks of two memory cells in the paper's experiments 4 and 6a. */
export interface Sizes1997 {
  readonly inputs: number;
  readonly blocks: number;
  readonly cellsPerBlock: number;
  readonly outputs: number;
  /** Says w · (y_c, 1) as it is, without the σ around it. */
  readonly linearOutput?: boolean;
}

/** A network with its weights and the traces of the sequence that it reads. */
export interface Lstm1997 {
  /** How many weights there are, biases included. */
  readonly weightCount: number;
  /** Of each hidden unit (input gates, output gates, cells, block after block): from every input, every hidden unit and the bias. */
  readonly hiddenWeights: Float64Array;
  /** Of each output unit: from every cell and the bias. */
  readonly outputWeights: Float64Array;
  /** What the last sequence ended with [outputs]. */
  readonly y: Float64Array;
  /** Reads one sequence [time · inputs] and returns y. */
  read(xs: ArrayLike<number>, time: number): Float64Array;
  /** Adds −∂E/∂w of ½ Σ_k (d_k − y_k)² after the last sequence, truncated as in the paper, times the rate, to every weight. */
  learn(targets: ArrayLike<number>, rate: number): void;
}

const σ = (x: number): number => 1 / (1 + Math.exp(-x));
const at = (values: Float64Array, i: number): number => values[i] ?? NaN;

/**
 * The LSTM of Hochreiter and Schmidhuber 1997, Long short-term memory: blocks of cells that share an input and an output gate,
 * no forget gate, one fully connected hidden layer in which gates, too, are seen by all at the next step. With u = (x_t, the
 * hidden units at t − 1, 1) and each w a unit's own weights:
 *   in_j = σ(w · u),  out_j = σ(w · u)
 *   s_c ← s_c + in_j g(w · u),  g from −2 to 2
 *   y_c = out_j h(s_c),         h from −1 to 1
 *   y_k = σ(w · (y_c of all cells, 1)),  at the end of the sequence
 * It learns by the paper's truncated gradient (appendix A.1): what flows back out of a gate or a cell's input goes no further,
 * so that only s carries the error back. Then ∂s_c/∂w of the cell's and its input gate's weights are sums over time:
 *   ∂s_c/∂w_c  ← ∂s_c/∂w_c + in_j g'(·) u
 *   ∂s_c/∂w_in ← ∂s_c/∂w_in + in_j' g(·) u
 */
export function createLstm1997(sizes: Sizes1997, rng: Rng): Lstm1997 {
  const { inputs, blocks, cellsPerBlock, outputs, linearOutput = false } = sizes;
  const cells = blocks * cellsPerBlock;
  const hidden = 2 * blocks + cells;
  const width = inputs + hidden + 1;
  const draw = (size: number): Float64Array => Float64Array.from({ length: size }, () => 0.2 * rng.uniform() - 0.1);
  const hiddenWeights = draw(hidden * width);
  const outputWeights = draw(outputs * (cells + 1));
  const u = new Float64Array(width);
  const next = new Float64Array(hidden);
  const s = new Float64Array(cells);
  const y = new Float64Array(outputs);
  const traceOfCell = new Float64Array(cells * width);
  const traceOfGate = new Float64Array(cells * width);

  const net = (unit: number): number => {
    let sum = 0;
    for (let m = 0; m < width; m++) sum += at(hiddenWeights, unit * width + m) * at(u, m);
    return sum;
  };

  const step = (): void => {
    for (let unit = 0; unit < 2 * blocks; unit++) next[unit] = σ(net(unit));
    for (let c = 0; c < cells; c++) {
      const block = Math.floor(c / cellsPerBlock);
      const [gate, out] = [at(next, block), at(next, blocks + block)];
      const p = σ(net(2 * blocks + c));
      const g = 4 * p - 2;
      const ofCell = gate * 4 * p * (1 - p);
      const ofGate = gate * (1 - gate) * g;
      for (let m = 0; m < width; m++) {
        const i = c * width + m;
        traceOfCell[i] = at(traceOfCell, i) + ofCell * at(u, m);
        traceOfGate[i] = at(traceOfGate, i) + ofGate * at(u, m);
      }
      s[c] = at(s, c) + gate * g;
      next[2 * blocks + c] = out * h(at(s, c));
    }
  };

  return {
    weightCount: hiddenWeights.length + outputWeights.length,
    ...{ hiddenWeights, outputWeights, y },

    read(xs, time) {
      for (const values of [next, s, traceOfCell, traceOfGate]) values.fill(0);
      u[width - 1] = 1;
      for (let t = 0; t < time; t++) {
        for (let m = 0; m < inputs; m++) u[m] = xs[t * inputs + m] ?? NaN;
        u.set(next, inputs);
        step();
      }
      for (let k = 0; k < outputs; k++) {
        let sum = at(outputWeights, k * (cells + 1) + cells);
        for (let c = 0; c < cells; c++) sum += at(outputWeights, k * (cells + 1) + c) * at(next, 2 * blocks + c);
        y[k] = linearOutput ? sum : σ(sum);
      }
      return y;
    },

    learn(targets, rate) {
      const ofY = new Float64Array(cells);
      for (let k = 0; k < outputs; k++) {
        const yk = at(y, k);
        const δ = ((targets[k] ?? NaN) - yk) * (linearOutput ? 1 : yk * (1 - yk));
        for (let c = 0; c <= cells; c++) {
          const i = k * (cells + 1) + c;
          if (c < cells) ofY[c] = at(ofY, c) + at(outputWeights, i) * δ;
          const from = c < cells ? at(next, 2 * blocks + c) : 1;
          outputWeights[i] = at(outputWeights, i) + rate * δ * from;
        }
      }
      for (let c = 0; c < cells; c++) {
        const block = Math.floor(c / cellsPerBlock);
        const out = at(next, blocks + block);
        const hc = h(at(s, c));
        const ofState = at(ofY, c) * out * 0.5 * (1 - hc * hc);
        const ofOut = at(ofY, c) * hc * out * (1 - out);
        for (let m = 0; m < width; m++) {
          add(hiddenWeights, block * width + m, rate * ofState * at(traceOfGate, c * width + m));
          add(hiddenWeights, (blocks + block) * width + m, rate * ofOut * at(u, m));
          add(hiddenWeights, (2 * blocks + c) * width + m, rate * ofState * at(traceOfCell, c * width + m));
        }
      }
    },
  };
}

const h = (s: number): number => 2 * σ(s) - 1;

function add(values: Float64Array, i: number, by: number): void {
  values[i] = at(values, i) + by;
}
