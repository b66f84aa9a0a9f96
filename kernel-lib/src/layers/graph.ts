import type * as tf from '@tensorflow/tfjs-node';
import type { Kwargs } from './engine';

/** The parts of tfjs's graph that say which layer stands where. */
interface GraphNode {
  outboundLayer: tf.layers.Layer;
  inboundLayers: tf.layers.Layer[];
  readonly outputTensors: { sourceLayer: tf.layers.Layer }[];
  readonly callArgs?: Kwargs;
}

interface Container {
  layers: tf.layers.Layer[];
  outputLayers: tf.layers.Layer[];
  readonly layersByDepth: Record<string, tf.layers.Layer[]>;
  /** What `tf.sequential` builds of its layers. */
  readonly model?: Container;
}

interface Counted {
  _refCount: number | null;
}

/** Lets a layer stand wherever another one stands in the graph: in its nodes, and as the source of its symbols. */
export function replaceInGraph(old: tf.layers.Layer, next: tf.layers.Layer): void {
  next.inboundNodes = old.inboundNodes;
  next.outboundNodes = old.outboundNodes;
  for (const node of old.inboundNodes as unknown as GraphNode[]) {
    node.outboundLayer = next;
    for (const symbol of node.outputTensors) symbol.sourceLayer = next;
    // Symbols, which are among the inputs already, and which no file can hold.
    delete node.callArgs?.initialState;
  }
  for (const node of old.outboundNodes as unknown as GraphNode[]) {
    node.inboundLayers = node.inboundLayers.map((layer) => (layer === old ? next : layer));
  }
  (next as unknown as Counted)._refCount = (old as unknown as Counted)._refCount;
}

/** Lets the lists of a model name a layer instead of another one. */
export function replaceInModel(model: tf.LayersModel, old: tf.layers.Layer, next: tf.layers.Layer): void {
  const exchanged = (layers: tf.layers.Layer[]): tf.layers.Layer[] =>
    layers.map((layer) => (layer === old ? next : layer));
  const outer = model as unknown as Container;
  for (const container of outer.model ? [outer, outer.model] : [outer]) {
    container.layers = exchanged(container.layers);
    container.outputLayers = exchanged(container.outputLayers);
    for (const [depth, layers] of Object.entries(container.layersByDepth)) {
      container.layersByDepth[depth] = exchanged(layers);
    }
  }
}
