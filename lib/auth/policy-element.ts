// Reads the JSON of policies: objects with known elements only, and texts alone or in lists.

import { ProblemError } from '../problem';

/** The most texts in one list of a policy. */
const maxTexts = 200;

/** The error for a wrong policy. `where` is the place in it, `reason` says what is allowed there. */
export function policyInvalid(where: string, reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the policy: ${where}: ${reason}`);
}

/** A text of a policy for a message: quoted, with control characters escaped, and cut after 64 characters. */
export function quoteShort(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);
}

/** The members of an object, at least one. In a Map, so that `__proto__` and `constructor` are ordinary names. */
export function membersOf(where: string, value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw policyInvalid(where, 'it must be an object');
  const members = new Map<string, unknown>(Object.entries(value));
  if (members.size === 0) throw policyInvalid(where, 'it is empty');
  return members;
}

/** The elements that an object may have. `refused` has elements of the language that are not supported, with the advice. */
export type Elements = Readonly<{
  required: readonly string[];
  optional: readonly string[];
  refused: ReadonlyMap<string, string>;
}>;

/** The members of an object that has all `required` elements and no unknown one. */
export function elementsOf(where: string, value: unknown, allowed: Elements): ReadonlyMap<string, unknown> {
  const members = membersOf(where, value);
  const known = [...allowed.required, ...allowed.optional];
  for (const name of members.keys()) {
    const why = allowed.refused.get(name);
    if (why !== undefined) throw policyInvalid(where, `${name} is not supported: ${why}`);
    if (!known.includes(name))
      throw policyInvalid(where, `element ${quoteShort(name)} is not known; known: ${known.join(', ')}`);
  }
  const missing = allowed.required.find((name) => !members.has(name));
  if (missing !== undefined) throw policyInvalid(where, `${missing} is missing`);
  return members;
}

/** One text or a list of them, at least one. A policy variable is refused: as a literal text it would match nothing. */
export function textsOf(where: string, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw policyInvalid(where, 'the list is empty');
  if (list.length > maxTexts) throw policyInvalid(where, `it has ${list.length} texts, ${maxTexts} are allowed`);
  return list.map((text) => {
    if (typeof text !== 'string') throw policyInvalid(where, 'it must be a text or a list of texts');
    if (text.includes('${'))
      throw policyInvalid(where, `${quoteShort(text)} has a policy variable, which is not supported`);
    return text;
  });
}
