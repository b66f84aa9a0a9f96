import fc from 'fast-check';

// CI answers whether a change is good: the same commit must get the same answer twice. At a desk every run draws anew and
// so looks for what nobody has met yet. fast-check prints the seed of what fails; UNROLLED_PROPERTY_SEED repeats it.
const seed = process.env.UNROLLED_PROPERTY_SEED ?? (process.env.CI ? '20261122' : undefined);
if (seed !== undefined) {
  if (!Number.isInteger(Number(seed))) throw new Error(`UNROLLED_PROPERTY_SEED must be a whole number, got "${seed}".`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
