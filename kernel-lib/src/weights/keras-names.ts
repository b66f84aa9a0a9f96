import { shapeOf, type WeightArray, type WeightRecord } from './arrays';

/** What one recurrent layer of Keras holds, in one direction, with the arrays' names for messages. */
export type KerasParts = Readonly<{ kernel: Named; recurrentKernel: Named; bias?: Named }>;

/** An array and what it is called. */
export type Named = readonly [name: string, array: WeightArray];

/** A layer in one direction, or in both, forward first. */
export type KerasLayer = readonly [KerasParts] | readonly [KerasParts, KerasParts];

const PARTS = ['kernel', 'recurrentKernel', 'bias'] as const;
type Part = (typeof PARTS)[number];
const NAMES: ReadonlyMap<string, Part> = new Map([
  ['kernel', 'kernel'],
  ['recurrent_kernel', 'recurrentKernel'],
  ['bias', 'bias'],
]);

/**
 * Finds recurrent layers in a list as `get_weights()` of a layer or of several of them, one after the other, gives.
 *
 * @throws Error for a list that does not go kernel, recurrent kernel, and bias if there is one
 */
export function layersOfList(arrays: readonly Named[], bidirectional: boolean): readonly KerasLayer[] {
  const found: KerasParts[] = [];
  for (let n = 0; n < arrays.length;) {
    const [kernel, recurrentKernel, bias] = arrays.slice(n, n + 3);
    if (!kernel || !recurrentKernel) {
      throw new Error(
        `${kernel?.[0] ?? 'weights'}: got nothing after it, expected a recurrent kernel, as in get_weights().`,
      );
    }
    const has = bias !== undefined && isBias(shapeOf(...bias), shapeOf(...recurrentKernel));
    found.push({ kernel, recurrentKernel, ...(has && { bias }) });
    n += has ? 3 : 2;
  }
  if (!bidirectional) return found.map((parts): KerasLayer => [parts]);
  if (found.length % 2 === 1) {
    throw new Error(`weights: got ${found.length} directions, expected an even number, forward and backward by turns.`);
  }
  return found.flatMap((forward, n): KerasLayer[] => {
    const backward = found[n + 1];
    return n % 2 === 0 && backward ? [[forward, backward]] : [];
  });
}

/** [gates · units], or [2, 3 units] of a GRU with reset_after. */
function isBias(shape: readonly number[], [units = 0, columns]: readonly number[]): boolean {
  if (shape.at(-1) !== columns) return false;
  return shape.length === 1 || (shape.length === 2 && shape[0] === 2 && columns === 3 * units);
}

/**
 * Finds recurrent layers by their names, in the order in which they first appear: `.../kernel`, `.../recurrent_kernel` and
 * `.../bias`, with or without `:0`; `.../cell/vars/0` to 2, as Keras 3 numbers them; or arr_0, arr_1, ..., as np.savez does.
 * Bidirectional layers have forward_ and backward_ in their path. Other names are ignored.
 *
 * @param told whether a list arr_0, ... has both directions
 * @throws Error where there is no recurrent layer, or where a part or a direction of one is missing
 */
export function layersOfRecord(record: WeightRecord, prefix: string, told: boolean): readonly KerasLayer[] {
  const names = Object.keys(record).filter((name) => name.startsWith(prefix));
  const list = names.filter((name) => /^arr_\d+$/.test(name.slice(prefix.length)));
  if (list.length > 0) {
    const number = (name: string): number => Number(name.slice(prefix.length + 'arr_'.length));
    return layersOfList(list.sort((a, b) => number(a) - number(b)).map((name) => [name, record[name] as never]), told); // prettier-ignore
  }
  const layers = new Map<string, Partial<Record<Direction, Partial<Record<Part, Named>>>>>();
  for (const name of names) {
    const place = placeOf(name);
    if (!place) continue;
    const layer = layers.get(place.layer) ?? {};
    layer[place.direction] = { ...layer[place.direction], [place.part]: [name, record[name] as never] };
    layers.set(place.layer, layer);
  }
  // A dense layer has a kernel and a bias alone.
  const recurrent = [...layers].filter(([, layer]) => Object.values(layer).some((parts) => parts.recurrentKernel));
  if (recurrent.length === 0) {
    const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
    const where = prefix === '' ? '' : ` after '${prefix}'`;
    throw new Error(
      `weights: got ${some || 'no names'}${where}, expected kernel and recurrent_kernel, cell/vars/0 and 1, or arr_0 and arr_1.`,
    );
  }
  return recurrent.map(([layer, { only, forward, backward }]): KerasLayer => {
    if (only) return [whole(only, layer)];
    if (!forward || !backward) {
      throw new Error(
        `${layer}: got the ${forward ? 'forward' : 'backward'} direction, expected both; save the whole layer.`,
      );
    }
    return [whole(forward, layer), whole(backward, layer)];
  });
}

type Direction = 'only' | 'forward' | 'backward';

function placeOf(name: string): { layer: string; direction: Direction; part: Part } | undefined {
  const [, folder = '', last = ''] = /^(.*?)([^/]*)$/s.exec(name) ?? [];
  const part = /(?:^|\/)cell\/vars\/$/.test(folder) ? PARTS[Number(last)] : NAMES.get(last.replace(/:0$/, ''));
  if (part === undefined) return undefined;
  const direction = /(?:^|\/)(forward|backward)_/.exec(folder)?.[1] as Direction | undefined;
  return { layer: folder.replace(/(^|\/)(?:forward|backward)_/, '$1'), direction: direction ?? 'only', part };
}

function whole({ kernel, recurrentKernel, bias }: Partial<Record<Part, Named>>, layer: string): KerasParts {
  if (kernel && recurrentKernel) return { kernel, recurrentKernel, ...(bias && { bias }) };
  throw new Error(`${layer}: got no ${kernel ? 'recurrent kernel' : 'kernel'}, expected one; save the whole layer.`);
}
