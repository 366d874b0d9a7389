// The lock of a dataset: only one run at a time writes it. The lock is for a limited time, which its holder extends.

import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import { paths } from './layout';
import type { Storage } from './storage';

/** A lock that this process holds. `check` throws when another process has taken it. */
export type Lease = Readonly<{ check(): Promise<void>; release(): Promise<void> }>;

export type LeaseOptions = Readonly<{
  /** Milliseconds until a lock that nobody extends is free. */
  leaseMs: number;
  /** Milliseconds between two looks at a lock that is held. */
  pollMs: number;
  /** Called once when the lock is held, before waiting for its end. */
  onWait(text: string): void;
  stop: AbortSignal;
}>;

type Held = Readonly<{ id: string; until: number; host: string; machine: string; pid: number }>;

/**
 * Takes the lock. If another process holds it, waits until its time is over, at most for the time of a lock: a run that was killed
 * does not extend it. Throws
 * ProblemError ConfigInvalid when the other process is at work. Clocks of two machines may differ by less than the time of a lock.
 */
export async function takeLease(storage: Storage, options: LeaseOptions): Promise<Lease> {
  const id = randomUUID();
  let first: Held | null = null;
  let since = 0;
  for (;;) {
    const held = await read(storage);
    // A holder that lives extends its lock several times while this process waits, also when its clock is far ahead.
    const isStale = first !== null && isSame(first, held) && performance.now() - since > options.leaseMs;
    if (held === null || !(held.until >= Date.now()) || isDead(held) || isStale) {
      // Of two processes that come here at the same time, one finds the lock of the other: now, or at its next check.
      if (held !== null) await storage.delete(paths.lock);
      await storage.create(paths.lock, encode(id, options.leaseMs));
      if ((await read(storage))?.id === id) return keep(storage, id, options);
      continue;
    }
    if (first === null) options.onWait(`${describe(held)} writes the dataset, or was killed: waiting a minute at most`);
    if (first === null) [first, since] = [held, performance.now()];
    if (!isSame(first, held)) throw atWork(storage, held);
    await delay(options.pollMs, undefined, { signal: options.stop }).catch(() => {});
    if (options.stop.aborted) throw atWork(storage, held);
  }
}

function isSame(first: Held, held: Held | null): boolean {
  return first.id === held?.id && first.until === held.until;
}

function keep(storage: Storage, id: string, { leaseMs }: LeaseOptions): Lease {
  let lost: ProblemError | null = null;
  let extending: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const held = await read(storage);
    if (held?.id !== id) lost ??= taken(storage, held);
  };
  const extend = async (): Promise<void> => {
    await look();
    if (lost === null) await storage.put(paths.lock, encode(id, leaseMs));
  };
  // A request that fails is sent again by the next one; the run ends only when it finds the lock of another.
  const timer = setInterval(() => {
    extending = extending.then(extend).catch(() => {});
  }, leaseMs / 4);
  timer.unref();
  return {
    async check() {
      await look();
      if (lost !== null) throw lost;
    },
    async release() {
      clearInterval(timer);
      await extending;
      await look();
      if (lost === null) await storage.delete(paths.lock);
    },
  };
}

function encode(id: string, leaseMs: number): Uint8Array {
  const held: Held = { id, until: Date.now() + leaseMs, host: hostname(), machine: machine(), pid: process.pid };
  return new TextEncoder().encode(`${JSON.stringify(held)}\n`);
}

/** A lock that cannot be read counts as one whose time is over. */
async function read(storage: Storage): Promise<Held | null> {
  const bytes = await storage.get(paths.lock);
  if (bytes === null) return null;
  const nobody: Held = { id: '', until: 0, host: '', machine: '', pid: 0 };
  try {
    const held: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof held === 'object' && held !== null ? { ...nobody, ...held } : nobody;
  } catch {
    return nobody;
  }
}

/** What identifies this machine until it starts again, and the numbers of its processes; '' when the system does not say. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** Whether the holder is a process of this machine that does not exist any more. */
function isDead({ machine: other, pid }: Held): boolean {
  if (other === '' || other !== machine() || !Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

function describe({ host, pid }: Held): string {
  return `process ${pid} on ${JSON.stringify(host)}`;
}

function atWork(storage: Storage, held: Held): ProblemError {
  const message = `Cannot write the dataset ${storage.name}: ${describe(held)} is writing it. Wait until it has ended`;
  return new ProblemError('ConfigInvalid', message);
}

function taken(storage: Storage, held: Held | null): ProblemError {
  const by = held === null ? 'its lock was removed' : `${describe(held)} has taken its lock`;
  const message = `Stopped writing the dataset ${storage.name}: ${by}. Run the same command again when no other run writes it`;
  return new ProblemError('ConfigInvalid', message);
}
