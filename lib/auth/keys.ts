// The keys of callers: when they are read, and how long they stay valid.

import { createHash } from 'node:crypto';
import { withinMs } from '../io/deadline';
import { ProblemError } from '../problem';
import type { KeyLocation } from './key-location';
import { failure, keysInvalid, parseKeyRing, shortSecret } from './key-ring';
import { type KeySource, type KeySourceOptions, openKeySource, unavailable } from './key-source';
import type { KeyRing } from './scheme';

export type KeyOptions = KeySourceOptions &
  Readonly<{
    /** Milliseconds after which the keys are read again. */
    ttlMs: number;
    now: () => Date;
    /** Called each time a later read of the keys fails while the last good keys are still valid. */
    report: (problem: ProblemError) => void;
    /** Called when the keys have changed, or when a read succeeds after failures. */
    note?: (text: string) => void;
    /** Called when new keys have a secret that could be guessed. */
    warn?: (text: string) => void;
  }>;

/** Returns the keys, or a promise when they must be read first. Problems reject the promise; the call does not throw. */
export type KeysNow = () => KeyRing | Promise<KeyRing>;

/**
 * Milliseconds for one read: enough for all tries of the SDK, and less than the time of a request (`totalMs`). Most reads take
 * under 0.5 s.
 */
const loadMs = 3_000;
/** Milliseconds between reads of a source that fails, before its first good read and later. Any request can start a read. */
const retryMs = { first: 1_000, later: 10_000 } as const;
/** Keys that cannot be read again are valid for this many times `ttlMs`. */
const staleTtls = 10;

/**
 * A function that returns the keys at `location`, at once while they are valid. It reads them at the first call and again
 * after `ttlMs`; calls at the same time share one read. A removed key is therefore invalid after `ttlMs`. When a later read
 * fails, the last good keys stay valid for up to ten times `ttlMs`, and `report` is called. No timer is used: a function may be
 * frozen between calls.
 *
 * Throws ProblemError ConfigInvalid when no region is known. The promise rejects with ConfigInvalid (wrong content, or no
 * key in the first read) or KeysUnavailable; the first call after a pause tries again. Messages contain no secret and no
 * part of the content.
 */
export function openKeys(location: KeyLocation, options: KeyOptions): KeysNow {
  const source = openKeySource(location, options);
  return cached(source.place, () => load(source), options);
}

/** Keys that never change. */
export function staticKeys(ring: KeyRing): KeysNow {
  return () => ring;
}

/** The keys, and a hash of their text. */
type LoadedKeys = Readonly<{ ring: KeyRing; hash: string }>;

function cached(
  place: string,
  load: () => Promise<LoadedKeys>,
  { ttlMs, now, report, note, warn }: KeyOptions,
): KeysNow {
  let good: (LoadedKeys & Readonly<{ at: number }>) | null = null;
  let failed: Readonly<{ problem: ProblemError; at: number }> | null = null;
  let loading: Promise<KeyRing> | null = null;
  const clock = (): number => now().getTime();
  /** Whether `at` is less than `ms` ago. False when the clock was set back, because the age is unknown then. */
  const isYounger = (at: number, ms: number): boolean => clock() >= at && clock() - at < ms;

  /** Returns the last good keys while they are valid; afterwards throws the problem. */
  const lastGood = (problem: ProblemError, notify?: typeof report): KeyRing => {
    if (good === null) throw problem;
    const end = good.at + staleTtls * ttlMs;
    if (!isYounger(good.at, staleTtls * ttlMs)) throw withEnd(problem, 'were', end);
    notify?.(withEnd(problem, 'are', end));
    return good.ring;
  };

  const take = (loaded: LoadedKeys, at: number): KeyRing => {
    // The process was frozen during the read: the reply is old.
    if (!isYounger(at, 2 * loadMs)) throw unavailable('the reply is out of date');
    if (good === null && loaded.ring.keys.size === 0) throw keysInvalid('they are empty: add at least one key');
    if (good?.hash !== loaded.hash) warnOfShort(loaded.ring, warn);
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

  const readAgain = async (): Promise<KeyRing> => {
    if (failed !== null && isYounger(failed.at, good === null ? retryMs.first : retryMs.later)) {
      return lastGood(failed.problem);
    }
    loading ??= refresh().finally(() => {
      loading = null;
    });
    return loading;
  };

  return () => (good !== null && isYounger(good.at, ttlMs) ? good.ring : readAgain());
}

function warnOfShort({ keys }: KeyRing, warn: KeyOptions['warn']): void {
  const ids = [...keys.values()].filter(({ isShort }) => isShort).map(({ id }) => id);
  if (ids.length === 0) return;
  const which = ids.length === 1 ? `key ${ids[0]} has` : `${ids.length} keys, such as ${ids[0]}, have`;
  warn?.(`${which} a secret of less than ${shortSecret} characters, which may be guessed: use a longer one`);
}

async function load(source: KeySource): Promise<LoadedKeys> {
  const controller = new AbortController();
  try {
    const text = await withinMs(loadMs, source.read(controller.signal), () => {
      throw unavailable(`it took over ${loadMs} ms`);
    });
    return { ring: parseKeyRing(text), hash: createHash('sha256').update(text).digest('hex') };
  } finally {
    controller.abort();
  }
}

/**
 * The problem, with the place of the keys in its message. Of other errors only the name is used: the text may quote
 * identities, and the properties may have the reply with the secrets.
 */
function toProblem(place: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) {
    return new ProblemError(error.code, `${failure} at ${place}${error.message.slice(failure.length)}`);
  }
  const { name, code } = error as Readonly<Record<string, unknown>>;
  const text = String(name === 'Error' ? (code ?? name) : name);
  // The name of a service's error comes from its reply.
  return toProblem(place, unavailable(/^[\w.-]{1,64}$/.test(text) ? text : 'unknown error'));
}

/** The problem, with the end of validity of the last good keys in its message. */
function withEnd({ code, message }: ProblemError, verb: 'are' | 'were', end: number): ProblemError {
  const time = new Date(end).toISOString().replace(/\.\d+/, '');
  return new ProblemError(code, `${message}; the last good keys ${verb} valid until ${time}`);
}
