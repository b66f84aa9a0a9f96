import * as tf from '@tensorflow/tfjs-node';
import { twinOf } from './eligible';
import { replaceInGraph, replaceInModel } from './graph';

/** What became of a model. */
export interface Acceleration<M extends tf.LayersModel> {
  /** The model that was given. */
  readonly model: M;
  /** The layers that are native now. */
  readonly swapped: readonly SwappedLayer[];
  /** The recurrent layers that are as they were. */
  readonly left: readonly LeftLayer[];
}

/** A layer that was swapped. */
export interface SwappedLayer {
  /** The names of the models and wrappers that it stands in and its own, with '/' between. */
  readonly path: string;
  /** The class of tf.layers that it was of. */
  readonly from: string;
  /** The class that it is of now. */
  readonly to: string;
}

/** A recurrent layer that was not swapped. */
export interface LeftLayer {
  readonly path: string;
  readonly className: string;
  /** One sentence. */
  readonly why: string;
}

/**
 * Makes a model fast, in place: every simpleRNN, gru and lstm of tf.layers, and every `rnn` over one such cell, is swapped for
 * the native layer that computes the same. Models inside of models, tf.layers.bidirectional and timeDistributed are looked into.
 * The new layers have the names, the flags, the carried state and the very weights of those that they replace, so that the
 * compiled model trains on with its optimizer as it stands; a saved model has the native layers, and needs kernel-lib to be
 * imported where it is loaded. Discard the old layers without `dispose`, which would take the weights along.
 *
 * What has no native form, and what would learn otherwise than before, is left as it is, with the reason.
 *
 * @throws Error for what is no model of tfjs-layers
 */
export function accelerate<M extends tf.LayersModel>(model: M): Acceleration<M> {
  if (!(model instanceof tf.LayersModel)) {
    throw new Error(
      'model: got what is no tf.LayersModel, expected one from tf.sequential, tf.model or tf.loadLayersModel.',
    );
  }
  const visit = new Visit();
  visit.model(model, '');
  return { model, swapped: visit.swapped, left: visit.left };
}

/** One walk through a model and all that stands in it. */
class Visit {
  readonly swapped: SwappedLayer[] = [];
  readonly left: LeftLayer[] = [];
  /** What was swapped already, for layers and models that stand in several places. */
  private readonly known = new Map<tf.layers.Layer, tf.layers.Layer>();

  model(model: tf.LayersModel, place: string): void {
    if (this.known.has(model)) return;
    this.known.set(model, model);
    for (const layer of [...model.layers]) {
      const next = this.layer(layer, place);
      if (next !== layer) replaceInModel(model, layer, next);
    }
  }

  /** What stands in the layer's place now: itself, unless it was swapped. */
  private layer(layer: tf.layers.Layer, place: string): tf.layers.Layer {
    const known = this.known.get(layer);
    if (known) return known;
    const path = place + layer.name;
    if (layer instanceof tf.LayersModel) this.model(layer, `${path}/`);
    else if (isWrapper(layer)) this.wrapper(layer, `${path}/`);
    const next = layer instanceof tf.RNN ? this.recurrent(layer, path) : layer;
    this.known.set(layer, next);
    return next;
  }

  private wrapper(wrapper: Wrapper, place: string): void {
    const { layer, forwardLayer, backwardLayer } = wrapper;
    if (!forwardLayer || !backwardLayer) {
      wrapper.layer = this.layer(layer, place);
      return;
    }
    wrapper.forwardLayer = this.layer(forwardLayer, place);
    wrapper.backwardLayer = this.layer(backwardLayer, place);
    // The one that both were copied from, without weights, is what a file has.
    const twin = layer instanceof tf.RNN ? twinOf(layer) : undefined;
    if (twin?.why === undefined && twin) wrapper.layer = twin.layer;
  }

  private recurrent(loop: tf.RNN, path: string): tf.layers.Layer {
    const twin = twinOf(loop);
    const className = loop.getClassName();
    if (twin.why !== undefined) {
      this.left.push({ path, className, why: twin.why });
      return loop;
    }
    replaceInGraph(loop, twin.layer);
    this.swapped.push({ path, from: className, to: twin.layer.getClassName() });
    return twin.layer;
  }
}

/** Those of tf.layers. */
interface Wrapper extends tf.layers.Layer {
  layer: tf.layers.Layer;
  forwardLayer?: tf.layers.Layer;
  backwardLayer?: tf.layers.Layer;
}

const isWrapper = (layer: tf.layers.Layer): layer is Wrapper =>
  ['Bidirectional', 'TimeDistributed'].includes(layer.getClassName());
