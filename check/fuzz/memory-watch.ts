// Whether the memory of the process grows while it fuzzes.
import { getHeapStatistics } from 'node:v8';
import type { InputFault } from './judge-input';

/** Bytes that may be gained after the first looks: what is kept of inputs does not count. */
const maxGrowth = 64 * 1024 * 1024;
/** Turns between two looks, and looks before the first that counts. */
const turnsPerLook = 200;
const warmUpLooks = 3;

/** Looks at the memory now and then; needs Node's option --expose-gc. */
export function memoryWatch() {
  let turns = 0;
  let looks = 0;
  let base = 0;
  return {
    /** Called after every turn; says what is wrong, or null. `inputs` gives those that are kept on purpose. */
    check: (inputs: () => readonly Uint8Array[]): InputFault | null => {
      if (++turns % turnsPerLook !== 0) return null;
      globalThis.gc?.();
      const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
      const kept = inputs().reduce((sum, input) => sum + 2 * input.buffer.byteLength + 200, 0);
      const now = heap + external - kept;
      if (++looks <= warmUpLooks) base = now;
      return now - base <= maxGrowth ? null : { reason: `memory grew by more than ${maxGrowth} bytes`, place: '' };
    },
  };
}
