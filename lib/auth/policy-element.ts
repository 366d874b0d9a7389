// The JSON that policies are made of: objects, and texts alone or in lists. Nothing unknown passes.

import { ProblemError } from '../problem';

/** Texts of one list of a policy. */
const maxTexts = 200;

/** What is wrong with a policy: `where` leads to the place, `reason` says what is allowed there. */
export function invalid(where: string, reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the policy: ${where}: ${reason}`);
}

/** A text of a policy for a message: quoted, control characters escaped, cut when long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);
}

/** The members of an object, one at least. A Map: `__proto__` and `constructor` are names as any other. */
export function membersOf(where: string, value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(where, 'it must be an object');
  const members = new Map<string, unknown>(Object.entries(value));
  if (members.size === 0) throw invalid(where, 'it is empty');
  return members;
}

/** Which elements an object may have; `refused` are those of the language that have no meaning here, and why. */
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
    if (why !== undefined) throw invalid(where, `${name} is not supported: ${why}`);
    if (!known.includes(name)) throw invalid(where, `element ${shown(name)} is not known; known: ${known.join(', ')}`);
  }
  const missing = allowed.required.find((name) => !members.has(name));
  if (missing !== undefined) throw invalid(where, `${missing} is missing`);
  return members;
}

/** One text or a list of them, one at least. A policy variable is refused: taken literally it would match nothing. */
export function textsOf(where: string, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw invalid(where, 'the list is empty');
  if (list.length > maxTexts) throw invalid(where, `it has ${list.length} texts, ${maxTexts} are allowed`);
  return list.map((text) => {
    if (typeof text !== 'string') throw invalid(where, 'it must be a text or a list of texts');
    if (text.includes('${')) throw invalid(where, `${shown(text)} has a policy variable, which is not supported`);
    return text;
  });
}
