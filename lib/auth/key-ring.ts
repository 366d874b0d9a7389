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
/** How documentation writes what is to be put in: `<your secret>`. */
const placeholder = /^<.*>$/s;

/** How each message begins. */
export const failure = 'Cannot read the keys';

/**
 * Reads `{"<key id>": "<secret>" | ["<secret>", ...] | {"secrets": ..., "policy": {...}}}`. Several secrets of an id
 * are all valid, for rotation. No key at all is a ring that lets nobody in. Throws ProblemError ConfigInvalid that names
 * the key and what is allowed, never a secret.
 */
export function parseKeyRing(text: string): KeyRing {
  const entries = Object.entries(parseObject(text));
  if (entries.length > maxKeys) throw invalid(`there are more than ${maxKeys} keys`);
  const keys = entries.map(([id, value], index) => toKey(id, index, value));
  return {
    keys: new Map(keys.map((key) => [key.id, key])),
    rounds: Math.max(1, ...keys.map(({ secrets }) => secrets.length)),
  };
}

function parseObject(text: string): object {
  // UTF-8 needs a byte for a UTF-16 unit or more, so a long text is refused before it is encoded.
  if (text.length > maxRingBytes || new TextEncoder().encode(text).length > maxRingBytes) throw tooLong();
  const json = text.replace(/^\uFEFF/, '').trimEnd();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw invalid(`they are not JSON${placeOf(json, (error as Error).message)}`);
  }
  if (!isObject(value)) throw invalid('they must be a JSON object of key ids and their secrets');
  checkNames(json);
  return value;
}

/** Where JSON.parse stopped, if it says so. Its message may quote the text: only the number at its end is taken. */
function placeOf(json: string, message: string): string {
  const [, offset] = / at position ([0-9]+)(?: \(line [0-9]+ column [0-9]+\))?$/.exec(message) ?? [];
  if (offset === undefined) return '';
  const before = json.slice(0, Number(offset));
  const column = before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  return ` (line ${before.split(/\r\n?|\n/).length}, column ${column})`;
}

/** The text is over `maxRingBytes`. */
export function tooLong(): ProblemError {
  return invalid(`they are longer than ${maxRingBytes} bytes`);
}

/**
 * Refuses a name that stands twice in one object, in a text that is known to be JSON. JSON.parse keeps the last in
 * silence: of two "effect" a reader may have checked the other one. No recursion: the text decides how deep it is.
 */
function checkNames(json: string): void {
  const around: number[] = []; // the objects and lists that are open, by their numbers
  const seen = new Set<string>();
  let opened = 0;
  let id = '';
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') around.push(opened++);
    else if (text === undefined) around.pop();
    if (text === undefined || colon === undefined) continue;
    const name = String(JSON.parse(text));
    if (around.length === 1) id = name;
    const member = `${around.at(-1)} ${name}`;
    if (seen.has(member)) throw twice(id, around.length === 1);
    seen.add(member);
  }
}

function twice(id: string, isTop: boolean): ProblemError {
  if (!idForm.test(id)) return invalid('a name stands twice in one object');
  return invalid(isTop ? `key ${id} stands twice` : `a name stands twice in key ${id}`);
}

function toKey(id: string, index: number, value: unknown): Key {
  // What does not look like an id may be a secret in the wrong place: only its position is told.
  if (!idForm.test(id)) {
    throw invalid(`the id of key ${index + 1} must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ + = * -`);
  }
  if (!isObject(value)) return { id, secrets: toSecrets(id, value), policy: null };
  const { secrets, policy, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    // A word is a slip of the pen; all else may be a secret in the wrong place.
    const named = /^[A-Za-z]{1,12}$/.test(other) ? `, not ${other}` : '';
    throw invalid(`key ${id} may have only the members secrets and policy${named}`);
  }
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
  if (texts.some((text) => placeholder.test(text))) {
    throw invalid(`a secret of key ${id} is a placeholder in angle brackets: put the secret itself there`);
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

/** The text, or where it is said to be, is no use. */
export function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `${failure}: ${reason}`);
}
