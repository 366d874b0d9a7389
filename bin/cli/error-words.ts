// Explains in one line why something could not be read.

import { ProblemError } from '../../lib';
import { errorCode, fileErrorWords } from '../../lib/io/error-code';
import { problemCode } from '../../lib/problem';
import { cut, printable } from '../terminal/terminal';

/** Texts for codes of Node and of lib/. */
const words: ReadonlyMap<string, string> = new Map([
  ...fileErrorWords,
  ['NOT_REGULAR', 'not a regular file'],
  ['ENXIO', 'not a regular file'],
  ['ENOTFOUND', 'unknown host'],
  ['EAI_AGAIN', 'the host name cannot be resolved now'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection broke'],
  ['SHORT_BODY', 'the connection broke'],
  ['ETIMEDOUT', 'no answer in time'],
  ['TRY_TIMEOUT', 'no answer in time'],
  ['NO_LENGTH', 'the server supports no ranges and sends no size: download it and pipe it into `-`'],
]);

/** The most characters of a line about a failure: a message may contain a long name. */
const longestLine = 1000;

/**
 * The line about a failure. For a bug of this program it has the complete stack. `advice` is added when the object does not exist.
 */
export function failureLine(name: string, error: unknown, advice: string | null = null): string {
  const code = problemCode(error);
  const end = advice === null || code !== 'NoSuchKey' ? '' : `; ${printable(advice)}`;
  return `${printable(name)}: ${code}: ${cut(printable(reasonOf(error)), longestLine)}${end}`;
}

/** The reason of a failure, in a few words when the code is known, otherwise the message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return String((error as Error)?.stack ?? error);
  const known = words.get(errorCode(error.cause) ?? '');
  if (known !== undefined) return known;
  return error.code === 'Timeout' ? 'not read in time' : error.message;
}

/** The message for an output that cannot be written. */
export function outputLine(error: unknown): string {
  const code = errorCode(error) ?? 'unknown error';
  return `bucket-exif: Cannot write the output: ${words.get(code) ?? code}`;
}
