import * as tf from '@tensorflow/tfjs-node';

/** What draws the first values of a weight. */
export type Initializer = ReturnType<typeof tf.initializers.zeros>;
/** What adds a penalty on a weight or an output to the loss. */
export type Regularizer = ReturnType<typeof tf.regularizers.l1>;
/** What brings a weight back to where it may be, after every update. */
export type Constraint = ReturnType<typeof tf.constraints.nonNeg>;

/** A name such as 'glorotUniform', what a config says, or an initializer from `tf.initializers`. */
export type InitializerIdentifier = NonNullable<tf.SimpleRNNLayerArgs['kernelInitializer']>;
/** A name such as 'l1l2', what a config says, or a regularizer from `tf.regularizers`. */
export type RegularizerIdentifier = NonNullable<tf.SimpleRNNLayerArgs['kernelRegularizer']>;
/** A name such as 'maxNorm', what a config says, or a constraint from `tf.constraints`. */
export type ConstraintIdentifier = NonNullable<tf.SimpleRNNLayerArgs['kernelConstraint']>;

/** @throws Error, one sentence, for what names no initializer */
export function readInitializer(
  argument: string,
  given: InitializerIdentifier | null | undefined,
  fallback: InitializerIdentifier,
): Initializer {
  const read = readAs(
    'kernelInitializer',
    argument,
    given ?? fallback,
    "an initializer or its name, as 'glorotUniform'",
  );
  return read as Initializer;
}

/** @throws Error, one sentence, for what names no regularizer */
export function readRegularizer(argument: string, given?: RegularizerIdentifier | null): Regularizer | null {
  if (given === null || given === undefined) return null;
  return readAs('kernelRegularizer', argument, given, "a regularizer or its name, as 'l1l2'") as Regularizer;
}

/** @throws Error, one sentence, for what names no constraint */
export function readConstraint(argument: string, given?: ConstraintIdentifier | null): Constraint | null {
  if (given === null || given === undefined) return null;
  return readAs('kernelConstraint', argument, given, "a constraint or its name, as 'maxNorm'") as Constraint;
}

/** As a config writes it; null for none. */
export function written(object: tf.serialization.Serializable | null): tf.serialization.ConfigDict | null {
  return object === null ? null : { className: object.getClassName(), config: object.getConfig() };
}

/** tfjs exports no reader of identifiers: a dense layer that is never built reads this one. */
function readAs(field: string, argument: string, identifier: unknown, expected: string): unknown {
  try {
    const reader = tf.layers.dense({ units: 1, name: 'reader', [field]: identifier });
    return (reader as unknown as Readonly<Record<string, unknown>>)[field];
  } catch (cause) {
    const got = typeof identifier === 'string' ? `'${identifier}'` : JSON.stringify(identifier);
    throw new Error(`${argument}: got ${got}, expected ${expected}.`, { cause });
  }
}
