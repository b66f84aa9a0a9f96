/** What one layer of torch.nn.RNN, GRU or LSTM, in one direction, holds. */
export type TorchPart = 'weight_ih' | 'weight_hh' | 'bias_ih' | 'bias_hh' | 'weight_hr';

/** The full names of one layer's parts, of those that are there. */
export type TorchNames = Readonly<Partial<Record<TorchPart, string>>>;

/** A layer in one direction, or in both, forward first. */
export type TorchLayer = readonly [TorchNames] | readonly [TorchNames, TorchNames];

/** `rnn.weight_ih_l0_reverse`; an RNNCell, GRUCell or LSTMCell has `weight_ih` alone. */
const NAME =
  /^(?<prefix>|.*\.)(?<part>weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l(?<layer>\d{1,6})(?<reverse>_reverse)?)?$/s;

/** The name of a part in a state_dict. */
export function torchName(prefix: string, part: TorchPart, layer: number, reverse: boolean): string {
  return `${prefix}${part}_l${layer}${reverse ? '_reverse' : ''}`;
}

/**
 * Finds the one recurrent network among the names of a state_dict.
 *
 * @param prefix what its names begin with: where it is not given, there must be one network alone
 * @throws Error where there is none or more than one, or where a layer, a direction or a weight is missing
 */
export function findTorchLayers(names: readonly string[], prefix?: string): readonly TorchLayer[] {
  const parts = names.flatMap((name) => {
    const groups = NAME.exec(name)?.groups;
    return groups ? [{ name, groups }] : [];
  });
  const prefixes = [...new Set(parts.map(({ groups }) => groups.prefix ?? ''))];
  const chosen = choosePrefix(prefixes, prefix, names);

  const layers = new Map<number, [TorchNames, TorchNames]>();
  for (const { name, groups } of parts) {
    if (groups.prefix !== chosen) continue;
    const layer = Number(groups.layer ?? 0);
    const both = layers.get(layer) ?? [{}, {}];
    const direction = groups.reverse === undefined ? 0 : 1;
    both[direction] = { ...both[direction], [groups.part ?? '']: name };
    layers.set(layer, both);
  }
  const found = [...layers.keys()].sort((a, b) => a - b);
  if (found.some((layer, k) => layer !== k)) {
    throw new Error(`record: got layers ${found.join(', ')}, expected them to count from 0 without a gap.`);
  }
  const reversed = [...layers.values()].some(([, reverse]) => Object.keys(reverse).length > 0);
  return found.map((layer): TorchLayer => {
    const [forward, reverse] = layers.get(layer) ?? [{}, {}];
    checkParts(forward, chosen, layer, false);
    if (!reversed) return [forward];
    checkParts(reverse, chosen, layer, true);
    return [forward, reverse];
  });
}

function choosePrefix(prefixes: readonly string[], wanted: string | undefined, names: readonly string[]): string {
  const list = prefixes.map((prefix) => `'${prefix}'`).join(', ');
  if (prefixes.length === 0) {
    const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
    throw new Error(`record: got ${some || 'no names'}, expected names as weight_ih_l0 and weight_hh_l0.`);
  }
  if (wanted !== undefined) {
    if (prefixes.includes(wanted)) return wanted;
    throw new Error(`prefix: got '${wanted}', expected one of ${list}, after which there is a recurrent network.`);
  }
  const [only = ''] = prefixes;
  if (prefixes.length === 1) return only;
  throw new Error(
    `record: got ${prefixes.length} recurrent networks, expected one; choose with prefix, one of ${list}.`,
  );
}

/** Weights must be there, biases both or none: PyTorch's bias=False leaves them out. */
function checkParts(names: TorchNames, prefix: string, layer: number, reverse: boolean): void {
  const bias = names.bias_ih !== undefined || names.bias_hh !== undefined;
  const needed: TorchPart[] = ['weight_ih', 'weight_hh', ...(bias ? (['bias_ih', 'bias_hh'] as const) : [])];
  const missing = needed.find((part) => names[part] === undefined);
  if (missing === undefined) return;
  const got = Object.values(names).join(', ') || 'nothing';
  throw new Error(
    `record: got ${got}, expected ${torchName(prefix, missing, layer, reverse)}, too; save the whole state_dict().`,
  );
}
