// The file from which a backfill continues: its position, its counts, and the length of its file of failures.

import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import { emptyTally, type Tally } from '../terminal/tally';

/** The facts that identify a backfill. With another bucket, selection of keys or cache it is another backfill. */
export type Purpose = Readonly<{
  bucket: string;
  prefix: string;
  keys: string;
  manifest: string | null;
  cache: string | null;
  /** The revision of the cached records. With another one, everything is read again. */
  revision: string;
  /** A hash of the locations and the style of the sinks: a location may have a secret. Absent = no sinks. */
  sinks?: string;
  /** Whether findings are counted; absent = they are not. */
  isPrivate?: true;
}>;

/** `after` is the source's cursor, null before its first page; `total` is null until all were counted. */
export type State = Readonly<{
  after: string | null;
  tally: Tally;
  total: number | null;
  /** Bytes of the file of failures that belong to this state. */
  failureBytes: number;
}>;

export const firstState: State = { after: null, tally: emptyTally, total: null, failureBytes: 0 };

const format = 'bucket-exif backfill 1';

/** The default name of the state file. */
export function stateName(purpose: Purpose): string {
  const hash = createHash('sha256').update(JSON.stringify(purpose)).digest('hex').slice(0, 8);
  return `.bucket-exif-backfill-${hash}.json`;
}

/**
 * The state in a file; null when the file does not exist. Throws ProblemError `ConfigInvalid` when it is not a state of
 * `purpose`.
 */
export async function loadState(path: string, purpose: Purpose): Promise<State | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new ProblemError(
      'ConfigInvalid',
      `Cannot read the state file ${path}: ${fileErrorText(error)}; ${nameAnother}`,
    );
  }
  const held = parse(text);
  if (held === null) throw stateUnusable(path, 'is not a state file of a backfill');
  if (JSON.stringify(held.purpose) !== JSON.stringify(purpose))
    throw stateUnusable(path, 'belongs to another backfill');
  return { ...held.state, tally: { ...emptyTally, ...held.state.tally } }; // earlier versions counted fewer outcomes
}

/**
 * Replaces the whole file at once: even after a crash, it has either this state or the one before. Throws ProblemError
 * `ConfigInvalid` when it cannot be written.
 */
export async function saveState(path: string, purpose: Purpose, state: State): Promise<void> {
  const next = `${path}.new`;
  try {
    const file = await open(next, 'w');
    try {
      await file.writeFile(`${JSON.stringify({ format, purpose, state }, null, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    throw new ProblemError(
      'ConfigInvalid',
      `Cannot write the state file ${path}: ${fileErrorText(error)}; ${nameAnother}`,
    );
  }
}

/** Removes the state of a finished backfill. */
export async function removeState(path: string): Promise<void> {
  await rm(path, { force: true });
}

function parse(text: string): Readonly<{ purpose: unknown; state: State }> | null {
  try {
    const held: unknown = JSON.parse(text);
    if (typeof held !== 'object' || held === null || !('format' in held) || held.format !== format) return null;
    return held as unknown as Readonly<{ purpose: unknown; state: State }>;
  } catch {
    return null;
  }
}

const nameAnother = 'name another with --state';

function stateUnusable(path: string, reason: string): ProblemError {
  const message = `The state file ${path} ${reason}: ${nameAnother}, or start from the beginning with --restart`;
  return new ProblemError('ConfigInvalid', message);
}
