// The storage of a dataset in memory, which can fail at any call.
import type { Storage } from '../../bin/dataset/storage';
import { compareUtf8 } from '../../lib/bytes/utf8';
import { ProblemError } from '../../lib/problem';

/** `before`: the call has no effect. `after`: it has, but its reply is lost. `dead`: as `after`, and every later call fails too. */
export type StorageFault = Readonly<{ call: number; kind: 'before' | 'after' | 'dead' }>;

export type MemoryStorage = Storage &
  Readonly<{
    files: Map<string, Uint8Array>;
    /** Counts calls from 0 again, and fails at one of them; null = at none. */
    arm(fault: StorageFault | null): void;
    /** Calls since `arm`. */
    calls(): number;
    /** The calls since `arm`, as `put data/part-..`. */
    log: string[];
  }>;

export function memoryStorage(): MemoryStorage {
  const files = new Map<string, Uint8Array>();
  const log: string[] = [];
  let fault: StorageFault | null = null;
  let count = 0;
  const call = async <T>(name: string, work: () => T): Promise<T> => {
    await Promise.resolve();
    const at = count++;
    const isDead = fault?.kind === 'dead' && at > fault.call;
    if (isDead || (at === fault?.call && fault.kind === 'before')) throw broken(name);
    log.push(name);
    const result = work();
    if (at === fault?.call) throw broken(name);
    return result;
  };
  return {
    name: 'memory/',
    files,
    log,
    arm(next) {
      fault = next;
      count = 0;
      log.length = 0;
    },
    calls: () => count,
    async *list(prefix) {
      const paths = [...files.keys()].filter((path) => path.startsWith(prefix)).sort(compareUtf8);
      for (let at = 0; at === 0 || at < paths.length; at += 3) {
        yield await call(`list ${prefix}`, () =>
          paths.slice(at, at + 3).map((path) => ({ path, size: files.get(path)?.length ?? 0 })),
        );
      }
    },
    get: (path) => call(`get ${path}`, () => files.get(path) ?? null),
    put: (path, bytes) => call(`put ${path}`, () => void files.set(path, bytes)),
    create: (path, bytes) =>
      call(`create ${path}`, () => {
        if (files.has(path)) return false;
        files.set(path, bytes);
        return true;
      }),
    delete: (path) => call(`delete ${path}`, () => void files.delete(path)),
  };
}

function broken(name: string): ProblemError {
  return new ProblemError('BucketFault', `Cannot ${name}: broken`);
}
