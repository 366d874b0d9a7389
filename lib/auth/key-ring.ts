// The text with the keys -> KeyRing. Messages repeat nothing of the text: every part of it may be a secret.

import { createHmac } from 'node:crypto';
import { ProblemError } from '../problem';
import { parsePolicy } from './policy';
import type { Key, KeyRing, Secret } from './scheme';

/** Bytes of the whole text: the limit of Secrets Manager (SSM: 8 KiB). */
export const maxRingBytes = 64 * 1024;
/** Keys of one text, several times what a team needs. More keys are a task for an identity service. */
const maxKeys = 1000;
/** Secrets of one key. Each one takes one HMAC per request. Rotation needs 2. */
const maxSecrets = 4;
/** Characters of one secret. The longest seen has 128 (Ceph and MinIO accept any; AWS has 40, Tencent Cloud 32). */
const maxSecretLength = 256;

/** Both schemes put `/`, `&` or `,` around the id. The examples of COS have ids with `*` for hidden characters. */
const idForm = /^[A-Za-z0-9._~+=*-]{1,128}$/;
/** Characters below which a secret may be guessed. The shortest secret of a cloud has 30 (Alibaba Cloud). */
export const shortSecret = 16;
/**
 * White space at the ends, control characters and lone surrogates: mistakes, never part of a secret. Numbers and not `\p{Cc}`,
 * for which each start would load the tables of Unicode.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const slips = /^\s|\s$|[\x00-\x1f\x7f-\x9f\ud800-\udfff]/u;
/** A placeholder of documentation: `<your secret>`. */
const placeholder = /^<.*>$/s;

/** The start of each message. */
export const failure = 'Cannot read the keys';

/**
 * Reads `{"<key id>": "<secret>" | ["<secret>", ...] | {"secrets": ..., "policy": {...}}}`. All secrets of an id are
 * valid, for rotation. With no key in the text no signature is valid. Throws ProblemError ConfigInvalid that names the key
 * and what is allowed, never a secret.
 */
export function parseKeyRing(text: string): KeyRing {
  const entries = Object.entries(parseObject(text));
  if (entries.length > maxKeys) throw keysInvalid(`there are more than ${maxKeys} keys`);
  const keys = entries.map(([id, value], index) => toKey(id, index, value));
  return {
    keys: new Map(keys.map((key) => [key.id, key])),
    rounds: Math.max(1, ...keys.map(({ secrets }) => secrets.length)),
  };
}

function parseObject(text: string): object {
  // Each UTF-16 unit needs at least a byte in UTF-8, so a long text is refused before it is encoded.
  if (text.length > maxRingBytes || new TextEncoder().encode(text).length > maxRingBytes) throw tooLong();
  const json = text.replace(/^\uFEFF/, '').trimEnd();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw keysInvalid(`they are not JSON${jsonPosition(json, (error as Error).message)}`);
  }
  if (!isObject(value)) throw keysInvalid('they must be a JSON object of key ids and their secrets');
  checkNames(json);
  return value;
}

/** The place where JSON.parse stopped, if known. Its message may quote the text: only the number at its end is used. */
function jsonPosition(json: string, message: string): string {
  const [, offset] = / at position ([0-9]+)(?: \(line [0-9]+ column [0-9]+\))?$/.exec(message) ?? [];
  if (offset === undefined) return '';
  const before = json.slice(0, Number(offset));
  const column = before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  return ` (line ${before.split(/\r\n?|\n/).length}, column ${column})`;
}

/** The text is over `maxRingBytes`. */
export function tooLong(): ProblemError {
  return keysInvalid(`they are longer than ${maxRingBytes} bytes`);
}

/**
 * Refuses two equal names in one object. `json` is known to be JSON. JSON.parse keeps the last one silently: of two "effect"
 * members, a person may have checked the other one. There is no recursion, because the text decides how deeply it is nested.
 */
function checkNames(json: string): void {
  const around: number[] = []; // the numbers of the open objects and lists
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
  if (!idForm.test(id)) return keysInvalid('an object has the same name twice');
  return keysInvalid(isTop ? `key ${id} is given twice` : `key ${id} has the same name twice in one object`);
}

function toKey(id: string, index: number, value: unknown): Key {
  // A text that does not look like an id may be a misplaced secret: the message has only its position.
  if (!idForm.test(id)) {
    throw keysInvalid(`the id of key ${index + 1} must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ + = * -`);
  }
  if (!isObject(value)) return { id, ...toSecrets(id, value), policy: null };
  const { secrets, policy, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    // A single word is a typing mistake; anything else may be a misplaced secret.
    const named = /^[A-Za-z]{1,12}$/.test(other) ? `, not ${other}` : '';
    throw keysInvalid(`key ${id} may have only the members secrets and policy${named}`);
  }
  return { id, ...toSecrets(id, secrets), policy: policy === undefined ? null : toPolicy(id, policy) };
}

function toPolicy(id: string, value: unknown): Key['policy'] {
  try {
    return parsePolicy(value);
  } catch (error) {
    throw keysInvalid(`key ${id}: ${(error as Error).message}`);
  }
}

function toSecrets(id: string, value: unknown): Pick<Key, 'secrets' | 'isShort'> {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || texts.length > maxSecrets)
    throw keysInvalid(`key ${id} must have 1 to ${maxSecrets} secrets`);
  if (!texts.every(isSecret)) {
    throw keysInvalid(
      `each secret of key ${id} must be a string of 1 to ${maxSecretLength} characters, without control characters ` +
        'and without white space at its ends',
    );
  }
  if (texts.some((text) => placeholder.test(text))) {
    throw keysInvalid(`a secret of key ${id} is a placeholder in angle brackets: put the secret itself there`);
  }
  if (new Set(texts).size < texts.length) throw keysInvalid(`key ${id} has the same secret twice`);
  const isShort = texts.some((text) => text.length < shortSecret);
  return { secrets: texts.map(toSecret), ...(isShort ? { isShort } : {}) };
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxSecretLength && !slips.test(value);
}

/** Keeps the secret in the scope of a function, where nothing that prints objects can reach it. */
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

/** The error for a text that cannot be used. */
export function keysInvalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `${failure}: ${reason}`);
}
