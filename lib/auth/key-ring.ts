// The text that holds the keys -> KeyRing. What goes wrong is said without the text: every piece of it may be a secret.

import { createHmac } from 'node:crypto';
import { ProblemError } from '../problem';
import type { Key, KeyRing, Secret } from './claim';
import { parsePolicy } from './policy';

/** Bytes of the whole text: what Secrets Manager stores at most (SSM: 8 KiB). */
export const maxRingBytes = 64 * 1024;
/** Keys of one ring, several times what a team hands out; more of them is a job for an identity service. */
const maxKeys = 1000;
/** Secrets of one key: each costs an HMAC a request. Rotation needs 2. */
const maxSecrets = 4;
/** Characters of one secret. Largest real: 128 (Ceph and MinIO take any; AWS has 40, Tencent Cloud 32). */
const maxSecretLength = 256;

/** Both schemes put the id between `/`, `&` or `,`. COS documents ids with `*` in place of hidden characters. */
const idForm = /^[A-Za-z0-9._~+=*-]{1,128}$/;
/** White space at an edge, control characters and halves of surrogate pairs: traces of a slip, never part of a secret. */
const slips = /^\s|\s$|\p{Cc}|\p{Cs}/u;

/**
 * Reads `{"<key id>": "<secret>" | ["<secret>", ...] | {"secrets": ..., "policy": {...}}}`. Several secrets of an id
 * are all valid, for rotation. Throws ProblemError ConfigInvalid that names the key and what is allowed, never a secret.
 */
export function parseKeyRing(text: string): KeyRing {
  const entries = Object.entries(parseObject(text));
  if (entries.length === 0) throw invalid('there is no key in them');
  if (entries.length > maxKeys) throw invalid(`there are more than ${maxKeys} keys`);
  const keys = entries.map(([id, value], index) => toKey(id, index, value));
  return {
    keys: new Map(keys.map((key) => [key.id, key])),
    rounds: Math.max(...keys.map(({ secrets }) => secrets.length)),
  };
}

function parseObject(text: string): object {
  // UTF-8 needs a byte for a UTF-16 unit or more, so a long text is refused before it is encoded.
  if (text.length > maxRingBytes || new TextEncoder().encode(text).length > maxRingBytes) throw tooLong();
  const json = text.trim(); // a byte order mark counts as white space here
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The error of JSON.parse quotes the text: it is dropped whole.
    throw invalid('they are not JSON');
  }
  if (!isObject(value)) throw invalid('they must be a JSON object of key ids and their secrets');
  // JSON.parse keeps the last of equal names in silence: of two "effect" a reader may have checked the other one.
  if (countNames(json) !== countMembers(value)) throw invalid('a name stands twice in one object');
  return value;
}

/** The text is over `maxRingBytes`. */
export function tooLong(): ProblemError {
  return invalid(`they are longer than ${maxRingBytes} bytes`);
}

/** Names in a text that is known to be JSON: strings before a colon. */
function countNames(json: string): number {
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
}

/** Members of all objects in a value; without recursion, for the text decides how deep it is. */
function countMembers(value: unknown): number {
  let count = 0;
  const rest = [value];
  for (const item of rest) {
    if (typeof item !== 'object' || item === null) continue;
    const parts: unknown[] = Object.values(item);
    if (!Array.isArray(item)) count += parts.length;
    for (const part of parts) rest.push(part);
  }
  return count;
}

function toKey(id: string, index: number, value: unknown): Key {
  // What does not look like an id may be a secret in the wrong place: only its position is told.
  if (!idForm.test(id)) {
    throw invalid(`the id of key ${index + 1} must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ + = * -`);
  }
  if (!isObject(value)) return { id, secrets: toSecrets(id, value), policy: null };
  const { secrets, policy, ...others } = value;
  if (Object.keys(others).length > 0) throw invalid(`key ${id} may have only the members secrets and policy`);
  return { id, secrets: toSecrets(id, secrets), policy: policy === undefined ? null : toPolicy(id, policy) };
}

function toPolicy(id: string, value: unknown): Key['policy'] {
  try {
    return parsePolicy(value);
  } catch (error) {
    throw invalid(`key ${id}: ${(error as Error).message}`);
  }
}

function toSecrets(id: string, value: unknown): readonly Secret[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || texts.length > maxSecrets) throw invalid(`key ${id} must have 1 to ${maxSecrets} secrets`);
  if (!texts.every(isSecret)) {
    throw invalid(
      `each secret of key ${id} must be a string of 1 to ${maxSecretLength} characters, without control characters ` +
        'and without white space at its ends',
    );
  }
  if (new Set(texts).size < texts.length) throw invalid(`key ${id} has the same secret twice`);
  return texts.map(toSecret);
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxSecretLength && !slips.test(value);
}

/** Holds the secret in the scope of a function, where nothing that prints objects can see it. */
function toSecret(secret: string): Secret {
  return (hash, text, prefix = '') =>
    new Uint8Array(
      createHmac(hash, prefix + secret)
        .update(text, 'utf8')
        .digest(),
    );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the keys: ${reason}`);
}
