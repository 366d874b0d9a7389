// The keys of callers: when they are read, and how long a read holds.

import { createHash } from 'node:crypto';
import { ProblemError } from '../problem';
import type { KeyRing } from './claim';
import { failure, invalid, parseKeyRing } from './key-ring';
import { openSource, type Source, type SourceOptions, unavailable } from './key-source';

export type KeyOptions = SourceOptions &
  Readonly<{
    /** Milliseconds that a read of the keys holds. */
    ttlMs: number;
    now: () => Date;
    /** Told each time that keys cannot be read again and the last good ones still hold. */
    report: (problem: ProblemError) => void;
    /** Told when keys changed, or could be read again. */
    note?: (text: string) => void;
  }>;

/** Milliseconds for one read: all tries of the SDK, and less than a caller waits (`totalMs`); a real one takes under 0.5 s. */
const loadMs = 3_000;
/** Milliseconds between reads of a source that fails, before its first good read and after: anybody's requests start them. */
const retryMs = { first: 1_000, later: 10_000 } as const;
/** Times to live after which keys that could not be read again hold no more. */
const staleTtls = 10;

/**
 * A function that answers the keys at `location`: read at its first call and again `ttlMs` after, one read for all who
 * wait; so a key that is taken out is dead after `ttlMs`. When a later read fails, the last good keys hold and
 * `report` is told, up to ten times `ttlMs`. Timers that stand still while a function is frozen change none of this.
 *
 * Throws ProblemError ConfigInvalid for a wrong location at once. The answer rejects with ConfigInvalid (wrong content,
 * or no key in the first) or KeysUnavailable; the first call after a pause tries again. No message holds a secret or a
 * piece of the content.
 */
export function openKeys(location: string, options: KeyOptions): () => Promise<KeyRing> {
  const source = openSource(location, options);
  return cached(source.place, () => load(source), options);
}

/** Keys that never change. */
export function staticKeys(ring: KeyRing): () => Promise<KeyRing> {
  return async () => ring;
}

/** A ring, and a hash of the text it was read from. */
type Loaded = Readonly<{ ring: KeyRing; hash: string }>;

function cached(place: string, load: () => Promise<Loaded>, { ttlMs, now, report, note }: KeyOptions) {
  let good: (Loaded & Readonly<{ at: number }>) | null = null;
  let failed: Readonly<{ problem: ProblemError; at: number }> | null = null;
  let loading: Promise<KeyRing> | null = null;
  const clock = (): number => now().getTime();
  /** A clock that was set back says nothing of what was before. */
  const isYounger = (at: number, ms: number): boolean => clock() >= at && clock() - at < ms;

  /** The last good keys while they hold, else the problem. */
  const lastGood = (problem: ProblemError, tell?: typeof report): KeyRing => {
    if (good === null) throw problem;
    const end = good.at + staleTtls * ttlMs;
    if (!isYounger(good.at, staleTtls * ttlMs)) throw withEnd(problem, 'held', end);
    tell?.(withEnd(problem, 'hold', end));
    return good.ring;
  };

  const take = (loaded: Loaded, at: number): KeyRing => {
    // The process was frozen on the way: the reply is as old as that.
    if (!isYounger(at, 2 * loadMs)) throw unavailable('the reply is out of date');
    if (good === null && loaded.ring.keys.size === 0) throw invalid('there is no key in them');
    if (good !== null && good.hash !== loaded.hash) note?.(`keys changed: ${loaded.ring.keys.size}`);
    else if (failed !== null) note?.(`keys read again: ${loaded.ring.keys.size}`);
    good = { ...loaded, at };
    failed = null;
    return loaded.ring;
  };

  const refresh = async (): Promise<KeyRing> => {
    const at = clock();
    try {
      return take(await load(), at);
    } catch (error) {
      const problem = toProblem(place, error);
      failed = { problem, at: clock() };
      return lastGood(problem, report);
    }
  };

  return async (): Promise<KeyRing> => {
    if (good !== null && isYounger(good.at, ttlMs)) return good.ring;
    if (failed !== null && isYounger(failed.at, good === null ? retryMs.first : retryMs.later)) {
      return lastGood(failed.problem);
    }
    loading ??= refresh().finally(() => {
      loading = null;
    });
    return loading;
  };
}

async function load(source: Source): Promise<Loaded> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unavailable(`it took over ${loadMs} ms`));
      controller.abort();
    }, loadMs);
  });
  try {
    const text = await Promise.race([late, source.read(controller.signal)]);
    return { ring: parseKeyRing(text), hash: createHash('sha256').update(text).digest('hex') };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The problem with the place of the keys in it. Only the name of another error goes on: its text may quote identities,
 * its members the reply with the secrets.
 */
function toProblem(place: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) {
    return new ProblemError(error.code, `${failure} at ${place}${error.message.slice(failure.length)}`);
  }
  const { name, code } = error as Readonly<Record<string, unknown>>;
  const text = String(name === 'Error' ? (code ?? name) : name);
  // The name of a service's error is text from the wire.
  return toProblem(place, unavailable(/^[\w.-]{1,64}$/.test(text) ? text : 'unknown error'));
}

/** The problem, and how long the last good keys hold or held. */
function withEnd({ code, message }: ProblemError, verb: 'hold' | 'held', end: number): ProblemError {
  const time = new Date(end).toISOString().replace(/\.\d+/, '');
  return new ProblemError(code, `${message}; the last good keys ${verb} until ${time}`);
}
