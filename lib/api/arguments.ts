// What programs hand to the package, checked before it is used: in JavaScript nothing else does.

import { type Limits, programLimits } from '../limits';
import { ProblemError } from '../problem';
import { parseNames } from '../style/only';
import { type TagGroup, tagGroups } from '../tag/groups';
import type { ExifRecord, ReadCost } from '../types';

/** The options of `readExif`, all of them there. */
export type CheckedOptions = Readonly<{
  signal: AbortSignal | null;
  limits: Limits;
  drop: readonly TagGroup[];
  cost: ReadCost;
}>;

type Members = Readonly<Record<string, unknown>>;

/** The error for what should not have been handed in. */
export function wrongArgument(message: string): ProblemError {
  return new ProblemError('ConfigInvalid', message);
}

/** Throws ProblemError `ConfigInvalid` for what is no source. */
export function checkSource(source: unknown): void {
  const { bucket, key } = isObject(source) ? source : {};
  if (isObject(bucket) && typeof bucket['fetch'] === 'function' && typeof key === 'string') return;
  const ways = 'fromFile(path), fromBytes(bytes), fromBlob(blob), fromUrl(address) or fromBucket(location)(key)';
  throw wrongArgument(`readExif takes a source, not ${kindOf(source)}: use ${ways}`);
}

/** The same for what is no record. */
export function checkRecord(record: unknown): asserts record is ExifRecord {
  if (isObject(record) && isObject(record['shape']) && isObject(record['stat'])) return;
  throw wrongArgument(`render takes a record that readExif gave, not ${kindOf(record)}`);
}

/** The options of `readExif`; what is undefined is as if it were not there. Throws ProblemError `ConfigInvalid`. */
export function checkOptions(given: unknown): CheckedOptions {
  const {
    signal = null,
    limits,
    drop = [],
    cost = { requests: 0, bytes: 0 },
  } = checkMembers(given, 'option', ['signal', 'limits', 'drop', 'cost']);
  if (signal !== null && !(signal instanceof AbortSignal)) throw wrongArgument('signal must be an AbortSignal');
  if (!isCost(cost)) throw wrongArgument('cost must be an object such as { requests: 0, bytes: 0 }');
  return { signal, limits: checkLimits(limits), drop: checkGroups(drop), cost };
}

function checkLimits(given: unknown): Limits {
  const entries = Object.entries(checkMembers(given, 'limit', Object.keys(programLimits)));
  const stated = entries.filter(([, value]) => value !== undefined);
  for (const [name, value] of stated) {
    if (typeof value !== 'number' || !(value >= 0)) throw wrongArgument(`${name} must be a number from 0 on`);
    if (name === 'firstRead' && !(Number.isSafeInteger(value) && value > 0))
      throw wrongArgument('firstRead must be a whole number from 1 on');
  }
  return { ...programLimits, ...Object.fromEntries(stated) };
}

function checkGroups(given: unknown): readonly TagGroup[] {
  const known = Object.keys(tagGroups).join(', ');
  if (!Array.isArray(given)) throw wrongArgument(`drop must be a list of ${known}`);
  return given.map((group: unknown) => {
    if (isGroup(group)) return group;
    throw wrongArgument(`drop knows no group ${quoted(group)}; groups are ${known}`);
  });
}

function isGroup(group: unknown): group is TagGroup {
  return typeof group === 'string' && Object.hasOwn(tagGroups, group);
}

function isCost(cost: unknown): cost is ReadCost {
  if (!isObject(cost) || typeof cost['requests'] !== 'number' || typeof cost['bytes'] !== 'number') return false;
  return cost['ranges'] === undefined || Array.isArray(cost['ranges']);
}

/** The names in `only` of `render`, null where all is to be shown. Throws ProblemError `ConfigInvalid`. */
export function checkOnly(given: unknown): readonly string[] | null {
  const { only } = checkMembers(given, 'option', ['only']);
  if (only === undefined) return null;
  if (!Array.isArray(only) || only.length === 0 || !only.every((name) => typeof name === 'string'))
    throw wrongArgument("only must be a list of names such as 'Make', 'Model' or '0x9209'");
  const parsed = parseNames(only);
  if ('names' in parsed) return parsed.names;
  throw wrongArgument(`${quoted(parsed.name)} in only is not the name of a tag${hintOf(parsed.meant)}`);
}

/** `: did you mean Make?`, or what names look like. */
export function hintOf(meant: string | null): string {
  return meant === null ? '; names are such as Make, Model or 0x9209' : `: did you mean ${meant}?`;
}

/** The members of an object that has only `known` ones, each a `kind`; none of undefined. Throws ProblemError `ConfigInvalid`. */
export function checkMembers(given: unknown, kind: string, known: readonly string[]): Members {
  if (given === undefined) return {};
  if (!isObject(given)) throw wrongArgument(`What has the ${kind}s must be an object, not ${kindOf(given)}`);
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange === undefined) return given;
  throw wrongArgument(`There is no ${kind} ${quoted(strange)}; ${kind}s are ${known.join(', ')}`);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** `a string`, `bytes`, `null`: what a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return 'bytes';
  return typeof value === 'object' ? 'such an object' : `a ${typeof value}`;
}

/** A text from outside for messages, cut short. */
function quoted(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 64));
}
