import { Gru } from './gru';
import { Lstm } from './lstm';
import type { Recurrent } from './recurrent';
import { SimpleRnn } from './simple-rnn';

const classes = { [SimpleRnn.className]: SimpleRnn, [Gru.className]: Gru, [Lstm.className]: Lstm };

/** The layer that a config describes; undefined for a class that is none of this library's. */
export function layerFrom(className: string, config: object): Recurrent | undefined {
  const Layer = classes[className];
  return Layer && new Layer(config as never);
}
