import type { Case, Matrix, Vector } from './case';
import { plainLstm } from './lstm';
import type { PlainCell } from './sequence';

const named = plainLstm({});
const gates = ['i', 'f', 'o', 'g'];
type Params = Case['params'];

/** W = (Wxi Wxf Wxo Wxg; Whi Whf Who Whg), b = (bi bf bo bg), taken apart number by number. */
function takeApart({ W, b }: Params): Params {
  const hidden = (b?.length ?? NaN) / gates.length;
  const columns = (rows: Matrix, k: number): Matrix => rows.map((row) => row.slice(k * hidden, (k + 1) * hidden));
  const parts = gates.map((gate, k) => ({
    [`Wx${gate}`]: columns((W as Matrix).slice(0, -hidden), k),
    [`Wh${gate}`]: columns((W as Matrix).slice(-hidden), k),
    [`b${gate}`]: (b as Vector).slice(k * hidden, (k + 1) * hidden),
  }));
  return Object.assign({}, ...parts) as Params;
}

function putTogether(params: Params): Params {
  const rows = (kind: string): Matrix =>
    (params[`${kind}i`] as Matrix).map((_, r) =>
      gates.flatMap((gate) => (params[`${kind}${gate}`] as Matrix)[r] ?? []),
    );
  return { W: [...rows('Wx'), ...rows('Wh')], b: gates.flatMap((gate) => params[`b${gate}`] as Vector) };
}

export const plainCompactLstm: PlainCell = {
  stateParts: named.stateParts,
  stateSize: ({ b }) => (b?.length ?? NaN) / gates.length,
  step: (params, x, state) => named.step(takeApart(params), x, state),
  stepBackward(params, x, state, dNext) {
    const gradients = named.stepBackward(takeApart(params), x, state, dNext);
    return { ...gradients, params: putTogether(gradients.params) };
  },
};
