/** The part of TensorFlow.js's engine that `tidy` and `grad` put back when they return or throw, and only then. */
interface EngineState {
  scopeStack: unknown[];
  gradientDepth: number;
  kernelDepth: number;
  activeTape: unknown[] | null;
}
interface Engine {
  readonly state: EngineState;
  endScope(): void;
}

/**
 * Remembers where TensorFlow.js stands. The function that is returned puts it back there, after code was stopped in the midst of
 * `tf.tidy` or `tf.grad`, whose `finally` then never ran: the scopes left open are closed and their tensors freed. Without it
 * every later tensor would be recorded for a gradient that nobody asks for.
 */
export function rememberEngine(): () => void {
  const engine = (): Engine | undefined => (globalThis as { _tfengine?: Engine })._tfengine;
  const state = engine()?.state;
  const scopes = state?.scopeStack.length ?? 0;
  const gradientDepth = state?.gradientDepth ?? 0;
  const kernelDepth = state?.kernelDepth ?? 0;
  return (): void => {
    const now = engine();
    if (!now) return;
    while (now.state.scopeStack.length > scopes) now.endScope();
    now.state.kernelDepth = kernelDepth;
    now.state.gradientDepth = gradientDepth;
    if (gradientDepth === 0) now.state.activeTape = null;
  };
}
