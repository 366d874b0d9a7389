// Reads one setting, and makes the error for a wrong one.

import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';

/** The error that stops the start: the name of the setting, then what is wrong with it. */
export function settingInvalid(name: string, reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `${name} ${reason}`);
}

/**
 * The same for a setting or option whose value was refused with the error `cause`. An error that is not a ProblemError is
 * rethrown.
 */
export function settingUnusable(name: string, cause: unknown): ProblemError {
  if (!(cause instanceof ProblemError)) throw cause;
  const { message } = cause;
  return settingInvalid(name, `cannot be used: ${message.slice(0, 1).toLowerCase()}${message.slice(1)}`);
}

/** The location in a setting or an option. Throws ProblemError `ConfigInvalid` with its name. */
export function locationOf<Location>(name: string, text: string, parse: (text: string) => Location): Location {
  try {
    return parse(text);
  } catch (cause) {
    throw settingUnusable(name, cause);
  }
}

/** The parts of a list separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A whole number from `least` to `most`; null when the setting is unset or empty. */
export function readNumber(env: Env, name: string, least: number, most: number): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw settingInvalid(name, `must be a whole number from ${least} to ${most}`);
  return value;
}

/** One of `names`; null when the setting is unset or empty. */
export function readChoice<Name extends string>(env: Env, setting: string, names: readonly Name[]): Name | null {
  const text = env[setting] ?? '';
  const found = names.find((name) => name === text);
  if (text !== '' && found === undefined)
    throw settingInvalid(setting, `must be ${names.join(', ').replace(/, (?=[^,]*$)/, ' or ')}, or unset`);
  return found ?? null;
}

/** Whether a setting that is either 1 or unset is 1. */
export function switchedOn(env: Env, setting: string): boolean {
  return readChoice(env, setting, ['1']) !== null;
}
