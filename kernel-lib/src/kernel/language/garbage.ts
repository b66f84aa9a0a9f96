import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';

/**
 * V8's garbage collector, to be called when nobody waits: a checker that is dropped leaves some 100 MB behind, which a thread
 * that is mostly idle would keep for hundreds of cells.
 */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
