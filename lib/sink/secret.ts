// The secret that signs webhooks: a text, or the place that has it.
import type { SecretLocation } from '../auth/key-location';
import { withinDeadline, withinTime } from '../io/deadline';
import { ProblemError, problemCode } from '../problem';
import type { Env } from '../types';

/** Returns the secret. Throws ProblemError `SinkFault` when it cannot be read now; its message has no part of the secret. */
export type SecretSource = () => Promise<string>;

type SecretOptions = Readonly<{ env: Env; region: string | null; now?: () => number }>;

/** Milliseconds after which a secret is read again, so that a new one is used without a new deployment. */
const ttlMs = 300_000;
/** Milliseconds for one read, with both tries of the SDK. */
const readMs = 3_000;

/**
 * The source of a secret. A place is read at the first call, and again after five minutes; when that fails, the last secret is
 * still used. Throws ProblemError `ConfigInvalid` when no region is known.
 */
export function secretSource(secret: string | SecretLocation, options: SecretOptions): SecretSource {
  if (typeof secret === 'string') return async () => secret;
  const { now = Date.now } = options;
  const { openKeySource } = require('../auth/key-source') as typeof import('../auth/key-source');
  const { place, read } = openKeySource(secret, options);
  let last: Readonly<{ text: string; at: number }> | null = null;
  let reading: Promise<string> | null = null;
  const readAgain = async (): Promise<string> => {
    const at = now();
    try {
      // Not with the time limit of the caller: all that wait share this read.
      const text = await withinTime(null, readMs, (signal) => withinDeadline(signal, 'read the secret', read(signal)));
      last = { text: text.trim(), at };
      return last.text;
    } catch (error) {
      if (last === null) throw unreadable(place, error);
      last = { ...last, at };
      return last.text;
    }
  };
  return async () => {
    const age = last === null ? Number.POSITIVE_INFINITY : now() - last.at;
    if (last !== null && age >= 0 && age < ttlMs) return last.text;
    reading ??= readAgain().finally(() => {
      reading = null;
    });
    return reading;
  };
}

/** Of errors that are not ours only the name is used: the text may quote the reply with the secret. */
function unreadable(place: string, error: unknown): ProblemError {
  const isOurs = error instanceof ProblemError && ['ConfigInvalid', 'KeysUnavailable'].includes(problemCode(error));
  const name = isOurs ? error.message.replace(/^[^:]*: /, '') : String((error as Readonly<{ name?: unknown }>)?.name);
  const reason = isOurs || /^[\w.-]{1,64}$/.test(name) ? name : 'unknown error';
  return new ProblemError('SinkFault', `Cannot read the secret of EXIF_SINK_SECRET at ${place}: ${reason}`);
}
