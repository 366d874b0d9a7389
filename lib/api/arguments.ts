// Checks the arguments of the library's functions, because JavaScript programs have no compiler that does.

import { type Limits, programLimits } from '../limits';
import { ProblemError } from '../problem';
import { parseNames } from '../style/only';
import { type TagGroup, tagGroups } from '../tag/groups';
import type { ExifRecord, ReadCost } from '../types';

/** The options of `readExif`, with the defaults filled in. */
export type CheckedOptions = Readonly<{
  signal: AbortSignal | null;
  limits: Limits;
  drop: readonly TagGroup[];
  cost: ReadCost;
}>;

export type Members = Readonly<Record<string, unknown>>;

/** The error for a wrong argument. */
export function wrongArgument(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}

/** Throws ProblemError `ConfigInvalid` when `record` is not a record. */
export function checkRecord(record: unknown): asserts record is ExifRecord {
  if (isObject(record) && isObject(record['shape']) && isObject(record['stat'])) return;
  throw wrongArgument(`render needs a record that readExif returned, got ${kindOf(record)}`);
}

/** The names of the options of `readExif` in every JavaScript program. */
export const readOptionNames = ['signal', 'limits', 'drop', 'cost'] as const;

/** Checks the options of `readExif`. An undefined option has its default. Throws ProblemError `ConfigInvalid`. */
export function checkOptions(given: unknown, known: readonly string[] = readOptionNames): CheckedOptions {
  const { signal = null, limits, drop = [], cost = { requests: 0, bytes: 0 } } = checkMembers(given, 'option', known);
  if (signal !== null && !(signal instanceof AbortSignal)) throw wrongArgument('signal must be an AbortSignal');
  if (!isCost(cost)) throw wrongArgument('cost must be an object such as { requests: 0, bytes: 0 }');
  return { signal, limits: checkLimits(limits), drop: checkGroups(drop), cost };
}

/** Options of sources that only Node has. */
type Settings = Readonly<{
  env: Readonly<Record<string, string | undefined>> | undefined;
  redirects: number | undefined;
}>;

/** The options of `readExif` in Node that are not those of `checkOptions`. Throws ProblemError `ConfigInvalid`. */
export function checkSettings({ env, redirects }: Members): Settings {
  if (env !== undefined && !isObject(env)) throw wrongArgument(`env must be an object, got ${kindOf(env)}`);
  if (redirects !== undefined && !(Number.isSafeInteger(redirects) && Number(redirects) >= 0))
    throw wrongArgument('redirects must be a whole number, 0 or more');
  return { env, redirects } as Settings;
}

function checkLimits(given: unknown): Limits {
  const entries = Object.entries(checkMembers(given, 'limit', Object.keys(programLimits)));
  const stated = entries.filter(([, value]) => value !== undefined);
  for (const [name, value] of stated) {
    if (typeof value !== 'number' || !(value >= 0)) throw wrongArgument(`${name} must be a number, 0 or more`);
    if (name === 'firstRead' && !(Number.isSafeInteger(value) && value > 0))
      throw wrongArgument('firstRead must be a whole number, 1 or more');
  }
  return { ...programLimits, ...Object.fromEntries(stated) };
}

function checkGroups(given: unknown): readonly TagGroup[] {
  const known = Object.keys(tagGroups).join(', ');
  if (!Array.isArray(given)) throw wrongArgument(`drop must be an array of these groups: ${known}`);
  return given.map((group: unknown) => {
    if (isGroup(group)) return group;
    throw wrongArgument(`${quoted(group)} in drop is not a known group; known groups: ${known}`);
  });
}

function isGroup(group: unknown): group is TagGroup {
  return typeof group === 'string' && Object.hasOwn(tagGroups, group);
}

function isCost(cost: unknown): cost is ReadCost {
  if (!isObject(cost) || typeof cost['requests'] !== 'number' || typeof cost['bytes'] !== 'number') return false;
  return cost['ranges'] === undefined || Array.isArray(cost['ranges']);
}

/** The names in the option `only`; null when all tags are shown. Throws ProblemError `ConfigInvalid`. */
export function checkOnly(only: unknown): readonly string[] | null {
  if (only === undefined) return null;
  if (!Array.isArray(only) || only.length === 0 || !only.every((name) => typeof name === 'string'))
    throw wrongArgument("only must be an array of names such as 'Make', 'Model' or '0x9209'");
  const parsed = parseNames(only);
  if ('names' in parsed) return parsed.names;
  throw wrongArgument(`${quoted(parsed.name)} in only is not the name of a tag${hintOf(parsed.meant)}`);
}

/** The end of a message about an unknown tag: `: did you mean Make?`, or examples of names when `meant` is null. */
export function hintOf(meant: string | null): string {
  return meant === null ? '; use names such as Make, Model or 0x9209' : `: did you mean ${meant}?`;
}

/**
 * The members of an object; none for undefined. Throws ProblemError `ConfigInvalid` for a member that is not in `known`. `kind`
 * is the word for a member in messages, such as `option`.
 */
export function checkMembers(given: unknown, kind: string, known: readonly string[]): Members {
  if (given === undefined) return {};
  if (!isObject(given)) throw wrongArgument(`${kind}s must be an object, got ${kindOf(given)}`);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw wrongArgument(`${kind} ${quoted(unknown)} is not known; known ${kind}s: ${known.join(', ')}`);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** The kind of a value, for messages: `a string`, `bytes`, `null`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return 'bytes';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'another kind of object' : `a ${typeof value}`;
}

/** A value from the caller for a message: quoted, and cut after 64 characters. */
function quoted(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 64));
}
