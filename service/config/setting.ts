// How settings are read and refused.

import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';

/** The error that stops the start: the setting's name, and what it must be. */
export function invalid(name: string, reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `${name} ${reason}`);
}

/** The same for a location that cannot be read, from the error that says why. */
export function unreadable(name: string, cause: unknown): ProblemError {
  if (!(cause instanceof ProblemError)) throw cause;
  return new ProblemError('ConfigInvalid', `${name}: ${cause.message}`);
}

/** The parts of a list with commas between. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A whole number from `least` to `most`; null when the setting is not there or empty. */
export function readNumber(env: Env, name: string, least: number, most: number): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw invalid(name, `must be a whole number from ${least} to ${most}`);
  return value;
}

/** One of `names`; null when the setting is not there or empty. */
export function oneOf<Name extends string>(env: Env, setting: string, names: readonly Name[]): Name | null {
  const text = env[setting] ?? '';
  const found = names.find((name) => name === text);
  if (text !== '' && found === undefined) throw invalid(setting, `must be ${names.join(' or ')}, or empty`);
  return found ?? null;
}
